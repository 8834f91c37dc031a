// refused: domain-imports-nothing
import type { store } from '../../../store/src/pool/index.ts';
export type Saved = typeof store;
