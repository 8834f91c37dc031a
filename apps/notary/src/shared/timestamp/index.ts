export { NONCE_BYTES, nonceOf, timestampRequest } from './request.ts';
export { certificatesOf, verifyTimestamp } from './verify.ts';
export type { Timestamp, TimestampQuestion, TimestampRefusal } from './verify.ts';
