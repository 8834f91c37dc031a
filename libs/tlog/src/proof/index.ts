export type { ProofFault, TlogProof, VerifyProofFault } from './proof.ts';
export { formatTlogProof, parseTlogProof, verifyTlogProof } from './proof.ts';
