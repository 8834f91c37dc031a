import type { Refused } from '@cadastre/domain/cluster';

/** What came of one step. `again`: the world moved or did not answer; nothing is wrong, look again. */
export type Did =
  | { readonly as: 'done' }
  | { readonly as: 'again'; readonly because: string }
  | { readonly as: 'refused'; readonly refused: Refused };
export const DONE: Did = { as: 'done' };
