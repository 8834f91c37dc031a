import type { Held } from './lines.ts';

/** What became of a passage. A refusal is a value: it comes from another thread, and out of turn. */
export type Outcome = { readonly ok: true; readonly held: Held } | { readonly ok: false; readonly because: string };

export const outcomeOf = (read: () => Held): Outcome => {
  try {
    return { ok: true, held: read() };
  } catch (error) {
    return { ok: false, because: error instanceof Error ? error.message : String(error) };
  }
};
