export * from './base64.ts';
export * from './checkpoint.ts';
export * from './cosignature.ts';
export * from './ed25519.ts';
export * from './note.ts';
export type { Refused, Result } from './result.ts';
export { fromUtf8, toUtf8 } from './text.ts';
export * from './verify.ts';
export * from './vkey.ts';
