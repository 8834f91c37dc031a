export { commit, recordAudit } from './commit.ts';
export type { Committed, Work, Write } from './commit.ts';
export type { OutboxFact } from './facts.ts';
export type { CommitRefusal } from './refusal.ts';
export { purgeIdempotency, readIdempotency } from './idempotency.ts';
export { commitAllocations } from './allocations.ts';
export { unholdOf } from './allocation-rows.ts';
export type { AllocationBatch, AllocationItem, BatchCommitted, BatchRefusal, Idem, InventoryFact, ItemOutcome, NewInstance, ReleasedClaim } from './allocation-batch.ts';
