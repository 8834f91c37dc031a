/** Why the local stack could not start or go on. `sentence` says what happened, `remedy` what the reader can do. */
export type StackErrorCode =
  | 'PORT_IN_USE'
  | 'STATE_IN_USE'
  | 'CHILD_DIED'
  | 'START_TIMEOUT'
  | 'BINARY_MISSING'
  | 'NO_UNPRIVILEGED_USER'
  | 'BAD_OPTION'
  | 'CLUSTER_UNAVAILABLE'
  | 'STATE_BROKEN';

export class StackError extends Error {
  readonly code: StackErrorCode;
  readonly remedy: string;

  constructor(code: StackErrorCode, sentence: string, remedy: string) {
    super(sentence);
    this.name = 'StackError';
    this.code = code;
    this.remedy = remedy;
  }
}

/** Two lines for a person: what happened, and what to do. */
export function explain(e: unknown): string {
  if (e instanceof StackError) return `${e.message}\n  → ${e.remedy}`;
  return e instanceof Error ? (e.stack ?? e.message) : String(e);
}
