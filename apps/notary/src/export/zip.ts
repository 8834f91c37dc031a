/** One entry as it will lie in the file: what it is is known before its first byte leaves. */
export interface ZipEntry {
  readonly name: string;
  /** CRC-32 and length of the content; length of the raw deflate stream. */
  readonly crc: number;
  readonly size: number;
  readonly compressed: number;
  /** The deflate stream. */
  readonly data: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

const VERSION = 45;
// Data descriptor behind each entry, names in UTF-8.
const FLAGS = 0x0808;
const DEFLATE = 8;
// 1 January 1980: the smallest date there is.
const DATE = 0x0021;
const UNIX_45 = 0x032d;
const REGULAR_FILE_0644 = 0x81a40000;
const IN_EXTRA = 0xffffffff;

type Field = readonly [bytes: 2 | 4 | 8, value: number];
const two = (value: number): Field => [2, value];
const four = (value: number): Field => [4, value];
const eight = (value: number): Field => [8, value];

const bytesOf = (signature: number, fields: readonly Field[], ...tails: readonly Uint8Array[]): Buffer => {
  const head = Buffer.alloc(fields.reduce((n, [bytes]) => n + bytes, 4));
  head.writeUInt32BE(signature);
  let at = 4;
  for (const [bytes, value] of fields) {
    if (bytes === 8) head.writeBigUInt64LE(BigInt(value), at);
    else head.writeUIntLE(value, at, bytes);
    at += bytes;
  }
  return Buffer.concat([head, ...tails]);
};
const extraOf = (...values: readonly number[]): Buffer => {
  const extra = Buffer.alloc(4 + 8 * values.length);
  extra.writeUInt16LE(0x0001, 0);
  extra.writeUInt16LE(8 * values.length, 2);
  values.forEach((value, n) => extra.writeBigUInt64LE(BigInt(value), 4 + 8 * n));
  return extra;
};

const localHeader = (name: Buffer): Buffer => {
  const extra = extraOf(0, 0);
  return bytesOf(0x504b0304, [two(VERSION), two(FLAGS), two(DEFLATE), two(0), two(DATE), four(0), four(IN_EXTRA), four(IN_EXTRA), two(name.length), two(extra.length)], name, extra);
};
const descriptor = ({ crc, compressed, size }: ZipEntry): Buffer => bytesOf(0x504b0708, [four(crc), eight(compressed), eight(size)]);
const centralHeader = ({ crc, compressed, size }: ZipEntry, name: Buffer, offset: number): Buffer => {
  const extra = extraOf(size, compressed, offset);
  return bytesOf(0x504b0102, [
    two(UNIX_45), two(VERSION), two(FLAGS), two(DEFLATE), two(0), two(DATE), four(crc), four(IN_EXTRA), four(IN_EXTRA), two(name.length), two(extra.length), two(0), two(0), two(0), four(REGULAR_FILE_0644), four(IN_EXTRA),
  ], name, extra);
};
const endOfDirectory = (entries: number, size: number, offset: number): Buffer => Buffer.concat([
  bytesOf(0x504b0606, [eight(44), two(UNIX_45), two(VERSION), four(0), four(0), eight(entries), eight(entries), eight(size), eight(offset)]),
  bytesOf(0x504b0607, [four(0), eight(offset + size), four(1)]),
  bytesOf(0x504b0506, [two(0), two(0), two(0xffff), two(0xffff), four(IN_EXTRA), four(IN_EXTRA), two(0)]),
]);

/**
 * The zip of docs/audit-bundle.md, "The file": every byte outside of the entries' data follows from the list. Rejected: a library; each chooses its own fields (dates, zip64
 * only when needed, Unix extras), and verifiers compare this layout byte for byte.
 */
export async function* zipOf(entries: readonly ZipEntry[]): AsyncGenerator<Uint8Array, void, undefined> {
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name, 'utf8');
    directory.push(centralHeader(entry, name, offset));
    const [head, tail] = [localHeader(name), descriptor(entry)];
    yield head;
    let length = 0;
    for await (const part of entry.data()) {
      length += part.length;
      yield part;
    }
    if (length !== entry.compressed) throw new Error(`${entry.name} has ${String(length)} compressed bytes, not ${String(entry.compressed)}`);
    yield tail;
    offset += head.length + length + tail.length;
  }
  const listed = Buffer.concat(directory);
  yield Buffer.concat([listed, endOfDirectory(entries.length, listed.length, offset)]);
}
