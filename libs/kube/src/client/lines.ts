const NEWLINE = 0x0a;

/** Cuts a stream of bytes into lines without copying more than the line that straddles two chunks. */
export class LineSplitter {
  #rest: Buffer[] = [];

  push(chunk: Buffer, onLine: (line: string) => void): void {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      // Whole bytes are joined before decoding: a multi-byte character may straddle the chunks too.
      const line = this.#rest.length === 0 ? chunk.toString('utf8', from, at) : Buffer.concat([...this.#rest, chunk.subarray(from, at)]).toString('utf8');
      this.#rest = [];
      from = at + 1;
      if (line !== '') onLine(line);
    }
    if (from < chunk.length) this.#rest.push(chunk.subarray(from));
  }
}
