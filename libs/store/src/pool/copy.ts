import pg from 'pg';

/** Before the first row: a signature, flags and the length of an extension, of which there is none (PostgreSQL, COPY, "Binary Format"). */
const HEADER_BYTES = 19;
/** Behind the last row, where the number of its columns would stand. */
const END_BYTES = 2;
const FIRST_BYTES = 1 << 20;

// The driver reads every column as text, which doubles bytea and costs more than PostgreSQL's own work; what COPY sends it hands on as it came.
class CopyOut extends pg.Query<never> {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;

  // Called by the driver for each message. One buffer for all: one for each row costs more, in what must be collected afterwards, than reading it.
  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    if (this.#length + chunk.length > this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes.subarray(0, this.#length)], 2 * (this.#length + chunk.length));
    this.#length += chunk.copy(this.#bytes, this.#length);
  }

  get sent(): Buffer {
    return this.#bytes.subarray(HEADER_BYTES, this.#length - END_BYTES);
  }
}

/** The rows of `query` in PostgreSQL's binary form, one behind the other: the number of columns (int16), and each behind its length (int32, −1 for NULL). */
export const copyOut = (client: pg.PoolClient, query: string): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const copying: CopyOut = new CopyOut(`COPY (${query}) TO STDOUT (FORMAT binary)`, error => {
      // The driver passes null and not undefined when all is well.
      if (error instanceof Error) reject(error);
      else resolve(copying.sent);
    });
    client.query(copying);
  });

/** Where the row at `from` ends. @throws RangeError where there is none. */
export const endOfRow = (bytes: Buffer, from: number): number => {
  let at = from + 2;
  for (let left = bytes.readInt16BE(from); left > 0; left--) at += 4 + Math.max(0, bytes.readInt32BE(at));
  return at;
};

/** The columns of the row at `from`. @throws RangeError where there is none. */
export const columnsOf = (bytes: Buffer, from: number): readonly (Buffer | null)[] => {
  const columns: (Buffer | null)[] = [];
  for (let at = from + 2; columns.length < bytes.readInt16BE(from);) {
    const length = bytes.readInt32BE(at);
    columns.push(length < 0 ? null : bytes.subarray(at + 4, at + 4 + length));
    at += 4 + Math.max(0, length);
  }
  return columns;
};
