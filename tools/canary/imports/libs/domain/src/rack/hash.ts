// refused: domain-imports-nothing
import { createHash } from 'node:crypto';
export const hash = createHash;
