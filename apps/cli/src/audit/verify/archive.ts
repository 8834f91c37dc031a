import { open, type FileHandle } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';

export interface Entry {
  readonly name: string;
  readonly method: 0 | 8;
  readonly crc: number;
  readonly size: number;
  readonly packed: number;
  /** Of its header. */
  readonly offset: number;
}

const SMALL = 16 * 2 ** 20;
const PACKED_MORE = 2 ** 16;
const READ_WHOLE = 2 ** 20;
const PART = 2 ** 19;
/** Of a stream of zlib: inflated in a thread of Node's own, some parts ahead of who reads them. */
const AHEAD = { chunkSize: PART, highWaterMark: 2 * PART };
const END_BYTES = 98;
const u = (bytes: 2 | 4 | 8, value: number): Buffer => {
  const out = Buffer.alloc(bytes);
  if (bytes === 8) out.writeBigUInt64LE(BigInt(value));
  else out.writeUIntLE(value, 0, bytes);
  return out;
};
const NONE = 0xffff_ffff;

const header = ({ name, method }: Entry): Buffer =>
  Buffer.concat([Buffer.from('504b0304', 'hex'), u(2, 45), u(2, 0x0808), u(2, method), u(2, 0), u(2, 0x21), u(4, 0), u(4, NONE), u(4, NONE), u(2, name.length), u(2, 20), Buffer.from(name, 'latin1'), u(2, 1), u(2, 16), u(8, 0), u(8, 0)]);
const descriptor = ({ crc, packed, size }: Entry): Buffer => Buffer.concat([Buffer.from('504b0708', 'hex'), u(4, crc), u(8, packed), u(8, size)]);
const listed = ({ name, method, crc, packed, size, offset }: Entry): Buffer =>
  Buffer.concat([
    Buffer.from('504b0102', 'hex'), u(2, 0x032d), u(2, 45), u(2, 0x0808), u(2, method), u(2, 0), u(2, 0x21), u(4, crc), u(4, NONE), u(4, NONE), u(2, name.length), u(2, 28), u(2, 0), u(2, 0), u(2, 0), u(4, 0x81a4_0000), u(4, NONE),
    Buffer.from(name, 'latin1'), u(2, 1), u(2, 24), u(8, size), u(8, packed), u(8, offset),
  ]);
const ending = (entries: number, size: number, offset: number): Buffer =>
  Buffer.concat([
    Buffer.from('504b0606', 'hex'), u(8, 44), u(2, 0x032d), u(2, 45), u(4, 0), u(4, 0), u(8, entries), u(8, entries), u(8, size), u(8, offset), Buffer.from('504b0607', 'hex'), u(4, 0), u(8, offset + size), u(4, 1),
    Buffer.from('504b0506', 'hex'), u(2, 0), u(2, 0), u(2, 0xffff), u(2, 0xffff), u(4, NONE), u(4, NONE), u(2, 0),
  ]);

const must: (holds: boolean, what: string) => asserts holds = (holds, what) => {
  if (!holds) throw new Error(what);
};
const FIXED = ['manifest.json', 'LISEZMOI.txt', 'README.txt', 'verify.py', 'verify.mjs', 'catalogue.fr.md', 'catalogue.en.md', 'policy.txt', 'log.checkpoint', 'global.checkpoint', 'proofs.json'];
const VIEWS = ['cadf.jsonl', 'cef.txt', 'cloudevents.jsonl', 'ecs.jsonl', 'events.parquet', 'ocsf.jsonl'].map(v => `views/${v}`);

/** The entries of the specification, in its order, each once. @throws Error */
const inOrder = (names: readonly string[]): void => {
  let at = FIXED.length;
  must(FIXED.every((name, n) => names[n] === name), 'an entry is missing or out of order');
  for (let last = 0, found; (found = /^timestamps\/([1-9][0-9]{0,15})\.checkpoint$/.exec(names[at] ?? '')?.[1]) !== undefined; at += 2, last = Number(found)) {
    must(Number.isSafeInteger(Number(found)) && Number(found) > last && names[at + 1] === `timestamps/${found}.tsr`, 'timestamps are not pairs in order');
  }
  for (let n = 1; names[at] === `discontinuities/${String(n)}.note`; n++) at += 1;
  must(names[at] === 'events.jsonl', 'events.jsonl is missing or out of order');
  const views = names.slice(at + 1);
  must(views.every((name, n) => VIEWS.includes(name) && (n === 0 || (views[n - 1] ?? '') < name)), 'an entry that has no place here');
};

const entryAt = (directory: Buffer, at: number): Entry => {
  must(at + 74 <= directory.length, 'the directory ends early');
  const length = directory.readUInt16LE(at + 28);
  const extra = at + 46 + length;
  must(extra + 28 <= directory.length, 'the directory ends early');
  const [size, packed, offset] = [4, 12, 20].map(n => Number(directory.readBigUInt64LE(extra + n))) as [number, number, number];
  const method = directory.readUInt16LE(at + 10);
  must([size, packed, offset].every(Number.isSafeInteger) && (method === 8 || (method === 0 && size === packed)), 'sizes or method of an entry');
  return { name: directory.toString('latin1', at + 46, extra), method, crc: directory.readUInt32LE(at + 16), size, packed, offset };
};

/** A bundle's file in the one layout there is: whatever is in it, reading it costs no more than its entries say. */
export class Archive {
  readonly #file: FileHandle;
  readonly #entries = new Map<string, Entry>();
  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** @throws Error when it cannot be read or has another layout */
  static async open(path: string): Promise<Archive> {
    const file = await open(path, 'r');
    const archive = new Archive(file);
    try {
      await archive.#read();
      return archive;
    } catch (error) {
      await file.close();
      throw error;
    }
  }
  get entries(): readonly Entry[] {
    return [...this.#entries.values()];
  }
  close(): Promise<void> {
    return this.#file.close();
  }
  entry(name: string): Entry {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw new Error(`no entry ${name}`);
    return entry;
  }

  async #bytes(offset: number, length: number): Promise<Buffer> {
    const { bytesRead, buffer } = length === 0 ? { bytesRead: 0, buffer: Buffer.alloc(0) } : await this.#file.read(Buffer.alloc(length), 0, length, offset);
    must(bytesRead === length, 'the file ends early');
    return buffer;
  }
  async #read(): Promise<void> {
    const stat = await this.#file.stat();
    must(stat.isFile() && stat.size > END_BYTES, 'not a bundle');
    const end = await this.#bytes(stat.size - END_BYTES, END_BYTES);
    const [count, size, start] = [32, 40, 48].map(n => Number(end.readBigUInt64LE(n))) as [number, number, number];
    must(count >= 1 && count <= 64 && size <= 65_536 && start + size + END_BYTES === stat.size && end.equals(ending(count, size, start)), 'no end of the directory as specified');
    const directory = await this.#bytes(start, size);
    let [at, offset] = [0, 0];
    for (let n = 0; n < count; n++) {
      const entry = entryAt(directory, at);
      const [line, head, foot] = [listed(entry), header(entry), descriptor(entry)];
      must(entry.offset === offset && directory.subarray(at, at + line.length).equals(line) && !this.#entries.has(entry.name), 'an entry of the directory');
      const data = offset + head.length;
      must(data + entry.packed + foot.length <= start && (await this.#bytes(offset, head.length)).equals(head) && (await this.#bytes(data + entry.packed, foot.length)).equals(foot), 'header or descriptor of an entry');
      this.#entries.set(entry.name, entry);
      [at, offset] = [at + line.length, data + entry.packed + foot.length];
    }
    must(offset === start && at === size, 'there are gaps');
    inOrder([...this.#entries.keys()]);
  }

  /** The SHA-256 of an entry that is no stream of events or view, lower-case hex. @throws Error when it is damaged or larger than such an entry may be */
  async digest(name: string): Promise<string> {
    const { size, packed } = this.entry(name);
    must(size <= SMALL && packed <= SMALL + PACKED_MORE, `${name} is too large`);
    return this.stream(name, () => undefined);
  }
  /** A note, a timestamp or a JSON file. Read when its check comes and kept by nobody, so that seven entries of 16 MiB are not seven in memory. @throws Error */
  async small(name: string): Promise<Buffer> {
    must(this.entry(name).size <= READ_WHOLE, `${name} is larger than 1 MiB`);
    const parts: Buffer[] = [];
    await this.stream(name, part => { parts.push(part); });
    return Buffer.concat(parts);
  }

  async *#packed({ packed, ...entry }: Entry): AsyncGenerator<Buffer, void, undefined> {
    const start = entry.offset + header({ ...entry, packed }).length;
    for (let at = 0; at < packed; at += PART) yield await this.#bytes(start + at, Math.min(PART, packed - at));
  }
  /** An entry of any size, part by part. Answers its SHA-256, lower-case hex. @throws Error */
  async stream(name: string, take: (part: Buffer) => void | Promise<void>): Promise<string> {
    const entry = this.entry(name);
    const digest = createHash('sha256');
    let [size, crc, used] = [0, 0, 0];
    for await (const part of entry.method === 0 ? this.#packed(entry) : inflating(this.#packed(entry), n => { used = n; })) {
      size += part.length;
      must(size <= entry.size, `${name} inflates to more than it says`);
      crc = crc32(part, crc);
      digest.update(part);
      await take(part);
    }
    must(size === entry.size && crc === entry.crc && (entry.method === 0 || (used > 0 && used === entry.packed)), `${name} is damaged`);
    return digest.digest('hex');
  }
}

/** `used` hears how many bytes the deflate stream itself was. */
async function* inflating(source: AsyncIterable<Buffer>, used: (bytes: number) => void): AsyncGenerator<Buffer, void, undefined> {
  const inflate = createInflateRaw(AHEAD);
  // What goes wrong on either side destroys the other, and is thrown to the reader.
  pipeline(Readable.from(source), inflate, () => undefined);
  for await (const part of inflate) yield part as Buffer;
  used(inflate.bytesWritten);
}
