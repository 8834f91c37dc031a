import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, deflateRawSync } from 'node:zlib';
import { withFiles } from './alter.ts';
import type { Attack } from './alter.ts';
import { bundleOf, partsOf } from './bundle.ts';
import type { Options } from './bundle.ts';
import type { Entry } from './zip.ts';

/** The honest bundle's bytes, changed. */
const bytes = (verdict: string, name: string, change: (bytes: Buffer) => Buffer, options: Options = {}): Attack => ({
  name, verdict,
  make: () => {
    const honest = bundleOf(partsOf(options));
    return { bytes: change(Buffer.from(honest.bytes)), trust: honest.trust };
  },
});
/** The honest bundle's entries, changed without regard to the manifest. */
const entries = (verdict: string, name: string, change: (entries: readonly Entry[]) => readonly Entry[], options: Options = {}): Attack => ({ name, verdict, make: () => bundleOf(partsOf(options), change) });
const one = (which: string, change: (entry: Entry) => Partial<Entry>) => (all: readonly Entry[]): readonly Entry[] => all.map(entry => (entry.name === which ? { ...entry, ...change(entry) } : entry));
const at = (offset: number, value: number) => (before: Buffer): Buffer => {
  const index = offset < 0 ? before.length + offset : offset;
  before[index] = value;
  return before;
};

/** The same files in a zip that another program wrote. */
const rezipped = (script: string): Buffer => {
  const folder = mkdtempSync(join(tmpdir(), 'cadastre-rezip-'));
  try {
    writeFileSync(join(folder, 'in.zip'), bundleOf(partsOf()).bytes);
    const { status, stderr } = spawnSync('python3', ['-c', `import zipfile\nwith zipfile.ZipFile("in.zip") as i, zipfile.ZipFile("out.zip", "w", zipfile.ZIP_DEFLATED) as o:\n  ${script}`], { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return readFileSync(join(folder, 'out.zip'));
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** What a deflate stream of zeros inflates to is a thousand times as long. */
const ZEROS = deflateRawSync(Buffer.alloc(64 << 20));
const EOCD = 22;
const LOCATOR = 20;
const END = 98;

const FOREIGN: readonly Attack[] = [
  bytes('FAIL archive', 'the file is empty', () => Buffer.alloc(0)),
  bytes('FAIL archive', 'the file is a picture', () => Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(4000, 7)])),
  bytes('FAIL archive', 'the file is a text', () => Buffer.from('verdict: OK 60 events\n'.repeat(100))),
  bytes('FAIL archive', 'the file is encrypted with age', before => Buffer.concat([Buffer.from('age-encryption.org/v1\n-> X25519 '), before])),
  bytes('FAIL archive', 'the file is a zip without entries', () => bundleOf(partsOf(), () => []).bytes),
  bytes('FAIL archive', 'the bundle was packed again by another program', () => rezipped('[o.writestr(n, i.read(n)) for n in i.namelist()]')),
  bytes('FAIL archive', 'the bundle was packed again with another file in it', () => rezipped('[o.writestr(n, i.read(n)) for n in i.namelist()] and o.writestr("virus.exe", b"MZ")')),
  ...[1, 21, 22, 97, 98, 99, 500, 3000, 8000].map(cut => bytes('FAIL archive', `the last ${String(cut)} bytes are missing`, before => before.subarray(0, -cut))),
  bytes('FAIL archive', 'the first byte is missing', before => before.subarray(1)),
  bytes('FAIL archive', 'there is a byte before', before => Buffer.concat([Buffer.of(0), before])),
  bytes('FAIL archive', 'there is a byte after', before => Buffer.concat([before, Buffer.of(0)])),
  bytes('FAIL archive', 'there is another bundle before', before => Buffer.concat([bundleOf(partsOf({ tenant: 't/other' })).bytes, before])),
  bytes('FAIL archive', 'there is another bundle after', before => Buffer.concat([before, bundleOf(partsOf({ tenant: 't/other' })).bytes])),
  bytes('FAIL archive', 'the zip has a comment', before => Buffer.concat([at(-2, 1)(before), Buffer.of(0x78)])),
];

/** Bytes put in before the directory or at its end, with every offset and size made to fit. */
const padded = (where: 'before' | 'inside') => (whole: Buffer): Buffer => {
  const end = whole.length - END;
  const [size, start] = [Number(whole.readBigUInt64LE(end + 40)), Number(whole.readBigUInt64LE(end + 48))];
  const cut = where === 'before' ? start : start + size;
  const records = Buffer.from(whole.subarray(end));
  if (where === 'before') records.writeBigUInt64LE(BigInt(start + 4), 48);
  else records.writeBigUInt64LE(BigInt(size + 4), 40);
  records.writeBigUInt64LE(BigInt(end + 4), 64);
  return Buffer.concat([whole.subarray(0, cut), Buffer.from('PK00'), whole.subarray(cut, end), records]);
};
const OK = 'OK 60 events';
const many = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i + 1);
const HEADERS: readonly Attack[] = [
  bytes('FAIL archive', 'an entry has another time of day', at(10, 1)),
  bytes('FAIL archive', 'an entry is marked as encrypted', at(6, 0x09)),
  bytes('FAIL archive', 'an entry is packed by another method', at(8, 9)),
  bytes('FAIL archive', 'local and central header name an entry differently', at(30, 0x4d)),
  bytes('FAIL archive', 'the number of entries is 2^63', before => { before.writeBigUInt64LE(1n << 63n, before.length - END + 24); return before; }),
  bytes('FAIL archive', 'both numbers of entries are 2^63', before => { for (const from of [24, 32]) before.writeBigUInt64LE(1n << 63n, before.length - END + from); return before; }),
  bytes('FAIL archive', 'the directory’s size is 2^64 − 1', before => { before.writeBigUInt64LE((1n << 64n) - 1n, before.length - END + 40); return before; }),
  bytes('FAIL archive', 'the directory’s offset is 2^63', before => { before.writeBigUInt64LE(1n << 63n, before.length - END + 48); return before; }),
  bytes('FAIL archive', 'the end record’s offset is 2^63', before => { before.writeBigUInt64LE(1n << 63n, before.length - EOCD - LOCATOR + 8); return before; }),
  bytes('FAIL archive', 'there are bytes between the last entry and the directory', padded('before')),
  bytes('FAIL archive', 'there are bytes at the end of the directory', padded('inside')),
  bytes('FAIL archive', 'the file is on its second disk', at(-EOCD + 4, 1)),
  entries('FAIL archive', 'an entry is there twice', all => all.flatMap(entry => (entry.name === 'README.txt' ? [entry, entry] : [entry]))),
  entries('FAIL archive', 'the events are there twice', all => all.flatMap(entry => (entry.name === 'events.jsonl' ? [entry, entry] : [entry]))),
  entries('FAIL archive', 'two entries are in another order', all => [...all.slice(0, 1), ...all.slice(2, 3), ...all.slice(1, 2), ...all.slice(3)]),
  entries('FAIL archive', 'an entry is missing', all => all.filter(entry => entry.name !== 'policy.txt')),
  entries('FAIL archive', 'the events are missing', all => all.filter(entry => entry.name !== 'events.jsonl')),
  entries('FAIL archive', 'a timestamp has no response', all => all.filter(entry => entry.name !== 'timestamps/7.tsr'), { timestamps: [7] }),
  entries('FAIL archive', 'a timestamp has no checkpoint', all => all.filter(entry => entry.name !== 'timestamps/7.checkpoint'), { timestamps: [7] }),
  entries('FAIL archive', 'the first statement of loss is missing', all => all.filter(entry => entry.name !== 'discontinuities/1.note'), { discontinuities: 2 }),
  ...['../evil.txt', '/etc/passwd', 'views/', 'views/other.jsonl', 'views/../x', 'timestamps/07.tsr', 'timestamps/0.tsr', 'timestamps/x.tsr', 'timestamps/9007199254740993.tsr', 'discontinuities/0.note', 'EVENTS.JSONL', 'events.jsonl ', 'évents', '', 'a\nb'].map(name =>
    entries('FAIL archive', `there is an entry named ${JSON.stringify(name)}`, all => [...all, { name, data: Buffer.from('x') }])),
  entries('FAIL archive', 'events.jsonl is renamed', one('events.jsonl', () => ({ name: 'events.json' }))),
  entries('FAIL archive', 'an entry has a name of 60,000 bytes', one('README.txt', () => ({ name: 'R'.repeat(60_000) }))),
  { name: 'there is a timestamp of the empty log', verdict: 'FAIL archive', make: () => bundleOf(partsOf({ timestamps: [0, 3] })) },
  { name: 'there are 64 entries', verdict: OK, make: () => bundleOf(partsOf({ timestamps: many(26), globalSize: 40 })) },
  { name: 'there are 66 entries, all of them in order', verdict: 'FAIL archive', make: () => bundleOf(partsOf({ timestamps: many(27), globalSize: 40 })) },
  entries('FAIL archive', 'there are 65 entries', all => [...all, ...Array.from({ length: 65 - all.length }, (_, i) => ({ name: `timestamps/${String(i)}.tsr`, data: Buffer.from('x') }))]),
];

const SIZES: readonly Attack[] = [
  entries('FAIL archive', 'the CRC-32 of an entry is wrong', one('README.txt', () => ({ crc: 1 }))),
  entries('FAIL archive', 'an entry is packed by method 9, all over', one('README.txt', () => ({ method: 9 }))),
  entries('FAIL archive', 'an entry declares a byte less', one('README.txt', entry => ({ size: BigInt(entry.data.length - 1) }))),
  entries('FAIL archive', 'an entry declares a byte more', one('README.txt', entry => ({ size: BigInt(entry.data.length + 1) }))),
  entries('FAIL archive', 'an entry declares 2^63 bytes', one('README.txt', () => ({ size: 1n << 63n }))),
  entries('FAIL archive', 'the events declare 2^63 bytes', one('events.jsonl', () => ({ size: 1n << 63n }))),
  entries('FAIL files', 'the events declare a byte more', one('events.jsonl', entry => ({ size: BigInt(entry.data.length + 1) }))),
  entries('FAIL archive', 'a deflate stream ends before its data', one('README.txt', entry => ({ packed: Buffer.concat([deflateRawSync(entry.data), Buffer.of(0)]) }))),
  entries('FAIL archive', 'a deflate stream does not end', one('README.txt', entry => ({ packed: deflateRawSync(entry.data).subarray(0, -1) }))),
  entries('FAIL archive', 'a deflate stream gives all of its data and does not end', one('README.txt', entry => ({ packed: deflateRawSync(entry.data, { finishFlush: constants.Z_SYNC_FLUSH }) }))),
  entries('FAIL events', 'the deflate stream of the events gives all of its data and does not end', one('events.jsonl', entry => ({ packed: deflateRawSync(entry.data, { finishFlush: constants.Z_SYNC_FLUSH }) }))),
  entries('FAIL archive', 'a deflate stream is none', one('README.txt', () => ({ packed: Buffer.from('ffffffff', 'hex') }))),
  entries('FAIL archive', 'a packed entry is empty', one('README.txt', () => ({ packed: Buffer.alloc(0) }))),
  entries('FAIL archive', 'an empty entry is packed as nothing', one('policy.txt', () => ({ data: Buffer.alloc(0), packed: Buffer.alloc(0) }))),
  entries('FAIL events', 'the deflate stream of the events ends before its data', one('events.jsonl', entry => ({ packed: Buffer.concat([deflateRawSync(entry.data), Buffer.of(0)]) }))),
  entries('FAIL events', 'the deflate stream of the events does not end', one('events.jsonl', entry => ({ packed: deflateRawSync(entry.data).subarray(0, -4) }))),
  entries('FAIL events', 'the CRC-32 of the events is wrong', one('events.jsonl', () => ({ crc: 1 }))),
  entries('FAIL views', 'the CRC-32 of a view is wrong', one('views/cef.txt', () => ({ crc: 1 })), { views: ['cef.txt'] }),
  entries('FAIL archive', 'zip bomb: an entry inflates to more than it declares', one('README.txt', () => ({ packed: ZEROS }))),
  { name: 'zip bomb: an entry of 64 MiB of zeros, declared as such', verdict: 'FAIL archive', make: () => bundleOf(withFiles(partsOf(), { 'README.txt': Buffer.alloc(64 << 20) })) },
  { name: 'an entry is of 16 MiB and a byte', verdict: 'FAIL archive', make: () => bundleOf(withFiles(partsOf(), { 'README.txt': Buffer.alloc((16 << 20) + 1) })) },
  { name: 'an entry is of 16 MiB', verdict: 'OK 60 events', make: () => bundleOf(withFiles(partsOf(), { 'README.txt': Buffer.alloc(16 << 20) })) },
  entries('FAIL events', 'zip bomb: the events inflate to more than they declare', one('events.jsonl', () => ({ packed: ZEROS }))),
  { name: 'zip bomb: the events are 64 MiB of zeros, declared as such', verdict: 'FAIL events', make: () => bundleOf(withFiles(partsOf(), { 'events.jsonl': Buffer.alloc(64 << 20) })) },
  { name: 'zip bomb: the events are 64 MiB of empty lines, declared as such', verdict: 'FAIL events', make: () => bundleOf(withFiles(partsOf(), { 'events.jsonl': Buffer.alloc(64 << 20, '\n') })) },
  entries('FAIL views', 'zip bomb: a view inflates to more than it declares', one('views/cef.txt', () => ({ packed: ZEROS })), { views: ['cef.txt'] }),
];
export const ARCHIVE: readonly Attack[] = [...FOREIGN, ...HEADERS, ...SIZES];
