import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSpool, packed, type Packed } from './spool.ts';
import { zipOf } from './zip.ts';

let folder: string;
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'zip-spec-')); });
afterAll(() => { rmSync(folder, { recursive: true }); });

const whole = async (entries: readonly Packed[]): Promise<Buffer> => {
  const parts: Uint8Array[] = [];
  for await (const part of zipOf(entries)) parts.push(part);
  return Buffer.concat(parts);
};
const python = (program: string, ...args: readonly string[]): string => execFileSync('python3', ['-c', program, ...args], { encoding: 'utf8' });

describe('zipOf()', () => {
  it('is a zip to a program that is not ours, with nothing damaged', async () => {
    const file = join(folder, 'a.zip');
    writeFileSync(file, await whole([packed('manifest.json', '{}\n'), packed('timestamps/7.tsr', Uint8Array.of(0, 255)), packed('LISEZMOI.txt', 'à vérifier\n')]));
    const listed: unknown = JSON.parse(python(
      'import json, sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nprint(json.dumps([z.testzip(), [[i.filename, z.read(i).hex(), i.date_time[0], i.external_attr >> 16, len(i.extra)] for i in z.infolist()]]))', file));
    expect(listed).toEqual([null, [['manifest.json', '7b7d0a', 1980, 0o100644, 28], ['timestamps/7.tsr', '00ff', 1980, 0o100644, 28], ['LISEZMOI.txt', Buffer.from('à vérifier\n').toString('hex'), 1980, 0o100644, 28]]]);
  });

  it('has the layout of docs/audit-bundle.md, byte for byte', async () => {
    const entry = packed('manifest.json', '{}\n');
    const data = Buffer.concat([...entry.data() as Iterable<Uint8Array>]);
    const name = Buffer.from('manifest.json').toString('hex');
    const [crc, n] = [Buffer.alloc(4), data.length];
    crc.writeUInt32LE(entry.crc);
    const long = (value: number): string => { const b = Buffer.alloc(8); b.writeBigUInt64LE(BigInt(value)); return b.toString('hex'); };
    const local = `504b0304 2d00 0808 0800 0000 2100 00000000 ffffffff ffffffff 0d00 1400 ${name} 0100 1000 ${long(0)} ${long(0)} ${data.toString('hex')} 504b0708 ${crc.toString('hex')} ${long(n)} ${long(3)}`;
    const central = `504b0102 2d03 2d00 0808 0800 0000 2100 ${crc.toString('hex')} ffffffff ffffffff 0d00 1c00 0000 0000 0000 0000a481 ffffffff ${name} 0100 1800 ${long(3)} ${long(n)} ${long(0)}`;
    const size = (hex: string): number => hex.replaceAll(' ', '').length / 2;
    const end = `504b0606 ${long(44)} 2d03 2d00 00000000 00000000 ${long(1)} ${long(1)} ${long(size(central))} ${long(size(local))} 504b0607 00000000 ${long(size(local) + size(central))} 01000000 504b0506 0000 0000 ffff ffff ffffffff ffffffff 0000`;
    expect((await whole([entry])).toString('hex')).toBe(`${local}${central}${end}`.replaceAll(' ', ''));
  });
});

describe('a spool', () => {
  it('gives the entry that memory would have given, leaves no file, and can be read twice', async () => {
    const before = readdirSync(tmpdir()).filter(n => n.startsWith('cadastre-export-'));
    const lines = Array.from({ length: 20_000 }, (_, n) => Buffer.from(`{"n":${String(n)}}\n`));
    const spool = await openSpool('events.jsonl');
    for (const line of lines) await spool.add(line);
    const entry = await spool.end();
    const expected = packed('events.jsonl', Buffer.concat(lines));
    const [first, second] = [await whole([entry]), await whole([entry])];
    expect({ ...entry, data: 0 }).toEqual({ ...expected, data: 0 });
    expect(first.equals(await whole([expected]))).toBe(true);
    expect(first.equals(second)).toBe(true);
    const file = join(folder, 'spooled.zip');
    writeFileSync(file, first);
    expect(python('import hashlib, sys, zipfile\nprint(hashlib.sha256(zipfile.ZipFile(sys.argv[1]).read("events.jsonl")).hexdigest())', file).trim()).toBe(expected.sha256);
    await spool.close();
    expect(readdirSync(tmpdir()).filter(n => n.startsWith('cadastre-export-'))).toEqual(before);
  });
});
