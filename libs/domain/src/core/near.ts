/** Edits (insert, delete, replace, swap of neighbours) between two words; gives up above `limit` and answers `limit + 1`. */
const distance = (a: string, b: string, limit: number): number => {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let older: readonly number[] = [];
  let old = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (older[j - 2] ?? limit) + 1 : limit + 1;
      row.push(Math.min((old[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (old[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1), swap));
    }
    older = old;
    old = row;
  }
  return Math.min(old[b.length] ?? limit + 1, limit + 1);
};

/** The word that messages select on. */
const NOTHING = 'none';
/** Longer words cannot be a slip of any word we know, and would only cost time. */
const LONGEST = 64;

/**
 * What was probably meant: the closest of `known`, ignoring case and punctuation, or `none` when nothing is close.
 * A third of the letters may be wrong; more would propose words that have nothing to do with the one written.
 */
export const nearest = (word: string, known: readonly string[]): string => {
  if (word.length > LONGEST) return NOTHING;
  const plain = (text: string): string => text.toLowerCase().replace(/[-_ .]/g, '');
  const limit = Math.max(1, Math.floor(word.length / 3));
  let best = NOTHING;
  let least = limit + 1;
  for (const candidate of known) {
    const d = distance(plain(word), plain(candidate), limit);
    if (d < least) [best, least] = [candidate, d];
  }
  return best;
};
