/** Refusals of what comes from outside are values; the same shape as `Result` of @cadastre/domain/core, which this library cannot import. */
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };
export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });

/** Why a text was refused. `because` is an English sentence without anything from the text in it, so that it may be logged and printed. */
export interface Refused<C extends string> {
  readonly code: C;
  readonly because: string;
  /** From 1, in what was given. Undefined: the whole. */
  readonly line: number | undefined;
}
export const refused = <C extends string>(code: C, because: string, line?: number): { readonly ok: false; readonly error: Refused<C> } => ({ ok: false, error: { code, because, line } });
