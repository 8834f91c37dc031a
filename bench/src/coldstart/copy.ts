import type pg from 'pg';

const TAB = 9;
const MINUS = 45;
/** `\N`: no value. */
const BACKSLASH = 92;
/** Text columns: what stands behind the prefix of a TypeID. */
const ID_BYTES = 26;

/** Rows as columns of numbers and of bytes, growing by doubling: the least that a program can make of rows that it wants to compute with. */
export class Rows {
  rows = 0;
  readonly numbers: Float64Array[];
  readonly ids: Uint8Array[];
  #room = 1 << 16;

  constructor(numbers: number, ids: number) {
    this.numbers = Array.from({ length: numbers }, () => new Float64Array(this.#room));
    this.ids = Array.from({ length: ids }, () => new Uint8Array(this.#room * ID_BYTES));
  }

  /** One row of COPY's text format: first the numbers, then the ids. */
  take(line: Uint8Array): void {
    if (this.rows === this.#room) this.#grow();
    let at = 0;
    for (const column of this.numbers) {
      let value = 0;
      let sign = 1;
      for (; at < line.length && line[at] !== TAB; at++) {
        const byte = line[at] ?? 0;
        if (byte === MINUS) sign = -1;
        else if (byte >= 48 && byte <= 57) value = value * 10 + byte - 48;
      }
      column[this.rows] = sign * value;
      at++;
    }
    for (const column of this.ids) {
      let end = at;
      while (end < line.length && line[end] !== TAB && line[end] !== 10) end++;
      if (line[at] !== BACKSLASH) column.set(line.subarray(Math.max(at, end - ID_BYTES), end), this.rows * ID_BYTES);
      at = end + 1;
    }
    this.rows++;
  }

  #grow(): void {
    this.#room *= 2;
    const grown = <T extends Float64Array | Uint8Array>(old: T, made: T): T => {
      made.set(old);
      return made;
    };
    this.numbers.forEach((old, n) => { this.numbers[n] = grown(old, new Float64Array(this.#room)); });
    this.ids.forEach((old, n) => { this.ids[n] = grown(old, new Uint8Array(this.#room * ID_BYTES)); });
  }
}

/** COPY … TO STDOUT, row by row; `pg` hands a query that submits itself what the server answers. */
export const copyOut = (client: pg.Client, text: string, row: (line: Uint8Array) => void): Promise<void> => new Promise((resolve, reject) => {
  const nothing = (): void => undefined;
  const query = {
    submit: (connection: { query(text: string): void }) => { connection.query(text); },
    handleCopyData: ({ chunk }: { readonly chunk: Uint8Array }) => { row(chunk); },
    handleReadyForQuery: () => { resolve(); }, handleError: reject,
    handleRowDescription: nothing, handleDataRow: nothing, handleCommandComplete: nothing, handleCopyInResponse: nothing, handlePortalSuspended: nothing, handleEmptyQuery: nothing,
  };
  client.query(query as unknown as pg.Submittable);
});
