import { createPublicKey, verify } from 'node:crypto';
import { sha256 } from '@cadastre/platform/digest';
import type { Ed25519Equation } from '@cadastre/tlog';
import { bindHash } from '@cadastre/tlog';

/** The tree's arithmetic by the SHA-256 of node:crypto. Nothing here comes from the notary: what both had wrong, neither would find. */
export const merkle = bindHash(sha256);

const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
/** OpenSSL's equation, some thirty times faster than JavaScript's; key and S were checked before (docs/audit-bundle.md, Ed25519). */
export const equation: Ed25519Equation = (publicKey, message, signature) => verify(null, message, createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: 'der', type: 'spki' }), signature);
