export { createKeeper, KeeperAway, readToken, type Keeper, type KeeperOptions } from './client.ts';
export { openValue, sealValue, subjectKey, type SealedText, type SubjectKey } from './pii.ts';
export { PROVIDER_SCOPE, UNRECONCILED, type DestroyRequest, type KeyAnswer, type OpenAnswer, type Tombstone, type TombstonesAnswer } from './protocol.ts';
export { createSubjectKeys, type OpenedValue, type SealedEvent, type Subject, type SubjectKeys } from './subject-keys.ts';
