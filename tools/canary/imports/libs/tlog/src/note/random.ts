// refused: tlog-imports-noble-only
import { randomBytes } from 'node:crypto';
export const nonce = randomBytes;
