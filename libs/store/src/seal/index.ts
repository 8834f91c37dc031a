export { closeLogs } from './discontinuity.ts';
export { freezeTrail, openTrail, readControl, releaseSeal, renewSeal, takeSeal } from './lead.ts';
export type { Control, Fenced, Seal } from './lead.ts';
export { readBacklog, readGlobalLeaves, readHeldBack, readLastCheckpoints, readLastPolicy, readLeaves, readSealedLogs, readStillDegraded, readTrailState, readUnsealed, readVouched } from './read.ts';
export type { Place, StoredLeaf, StoredLog, UnsealedEvent } from './read.ts';
export { markPublished, openLogs, recordCheckpoints, recordCosignatures, recordOwn, recordTimestamp, sequence } from './write.ts';
export type { GrownLog, NewCheckpoint, NewCosignature, NewGlobalLeaf, NewLeaf, NewLog, OwnEvents, Sequence, Stop } from './write.ts';
export { restoreGlobalLeaves, restoreLeaves } from './restore.ts';
export type { RestoredGlobalLeaf, RestoredLeaf } from './restore.ts';
