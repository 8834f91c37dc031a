// refused: domain-fixtures-draw-worlds
import { createHash } from 'node:crypto';
export const drawn = createHash;
