import { hash } from 'node:crypto';

/** SHA-256 of node:crypto, 32 bytes. By way of a text of 32 characters: a Buffer out of `hash` itself costs three times as much as the hashing of an event, and nine times that of a node of a tree. */
export const sha256 = (data: Uint8Array): Uint8Array => Buffer.from(hash('sha256', data, 'latin1'), 'latin1');
