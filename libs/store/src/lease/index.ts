export { acquireLease, releaseLease, renewLease } from './lease.ts';
export type { Lease } from './lease.ts';
