// @ts-check

/** Something a person can mend: what is wrong, and what to do about it. */
export class SetupError extends Error {
  /** @param {string} sentence what is wrong @param {string} remedy what to do */
  constructor(sentence, remedy) {
    super(sentence);
    this.name = 'SetupError';
    this.remedy = remedy;
  }
}

/** @param {unknown} e */
export function explain(e) {
  if (e instanceof SetupError) return `${e.message}\n  → ${e.remedy}`;
  return e instanceof Error ? (e.stack ?? e.message) : String(e);
}
