export { openStore } from './store.ts';
export type { ClockState, MandateScope, Reader, Scope, Store, StoreOptions, StoreRole } from './store.ts';
export { Frozen, Outage } from './outage.ts';
export type { Sql, StatementHook } from './session.ts';
