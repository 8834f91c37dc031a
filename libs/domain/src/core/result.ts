/** Expected refusals are values; exceptions are for bugs and outages. */
export type Ok<T> = { readonly ok: true; readonly value: T };
export type No<E> = { readonly ok: false; readonly error: E };
export type Result<T, E> = Ok<T> | No<E>;

export const ok = <T>(value: T): Ok<T> => ({ ok: true, value });
export const no = <E>(error: E): No<E> => ({ ok: false, error });

/** The default branch of an exhaustive switch: adding a case without handling it does not compile. */
export const unreachable = (value: never): never => {
  throw new Error(`unreachable case: ${JSON.stringify(value)}`);
};
