export type { JudgeFault, Judgement } from './judge.ts';
export { judgeCheckpoint } from './judge.ts';
export type { PolicyFault } from './parse.ts';
export { parsePolicy, parseTrust } from './parse.ts';
export type { Policy, PolicyLog, PolicyWitness, Quorum } from './policy.ts';
export { quorumHolds } from './policy.ts';
