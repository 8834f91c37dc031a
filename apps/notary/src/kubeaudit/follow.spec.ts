import { appendFile, copyFile, mkdir, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FilePlace } from '@cadastre/store/kubeaudit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readOn } from './follow.ts';

let folder: string;
let log: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kube-audit-'));
  log = join(folder, 'audit.log');
});
afterEach(async () => { await rm(folder, { recursive: true, force: true }); });

const line = (n: number): string => `{"auditID":"${String(n)}"}`;
const write = (...ns: number[]): Promise<void> => appendFile(log, ns.map(n => `${line(n)}\n`).join(''));

/** A reader that keeps its place as a process does that is started again for each part. */
const reader = () => {
  let place: FilePlace | undefined;
  const gaps: boolean[] = [];
  const seen = async (): Promise<readonly number[]> => {
    const all: number[] = [];
    for (;;) {
      const part = await readOn(log, place);
      if (part === undefined) return all;
      place = part.next;
      gaps.push(part.gap);
      all.push(...part.lines.map(l => Number((JSON.parse(l) as { auditID: string }).auditID)));
    }
  };
  return { seen, gaps };
};

describe('the log of an API server', () => {
  it('is waited for, read once, and read on where it was left', async () => {
    const r = reader();
    expect(await r.seen()).toEqual([]);
    await writeFile(log, '');
    expect(await r.seen()).toEqual([]);
    await write(1, 2);
    expect(await r.seen()).toEqual([1, 2]);
    expect(await r.seen()).toEqual([]);
    await write(3);
    expect(await r.seen()).toEqual([3]);
  });
  it('has no line before its end is there, the first neither', async () => {
    const r = reader();
    await appendFile(log, line(1).slice(0, 5));
    expect(await r.seen()).toEqual([]);
    await appendFile(log, `${line(1).slice(5)}\n${line(2).slice(0, 4)}`);
    expect(await r.seen()).toEqual([1]);
    await appendFile(log, `${line(2).slice(4)}\n`);
    expect(await r.seen()).toEqual([2]);
  });
  it.each([
    ['as the API server does', ['audit-2026-11-27T21-00-00.000.log', 'audit-2026-11-27T22-00-00.000.log']], ['by numbers', ['audit.log.2', 'audit.log.1']],
  ])('loses nothing when it is rotated twice while nobody reads, %s', async (_how, [first = '', second = '']) => {
    const r = reader();
    await write(1, 2);
    expect(await r.seen()).toEqual([1, 2]);
    await write(3);
    await rename(log, join(folder, first));
    await write(4, 5);
    await rename(log, join(folder, second));
    await write(6);
    expect(await r.seen()).toEqual([3, 4, 5, 6]);
    await write(7);
    expect([await r.seen(), r.gaps.includes(true)]).toEqual([[7], false]);
  });
  it('loses nothing when it is copied and truncated', async () => {
    const r = reader();
    await write(1, 2);
    await r.seen();
    await write(3);
    await copyFile(log, `${log}.1`);
    await truncate(log);
    await write(4);
    expect(await r.seen()).toEqual([3, 4]);
  });
  it('is read from the beginning when it was cut short, and says that there is a gap', async () => {
    const r = reader();
    await write(1, 2, 3);
    await r.seen();
    await truncate(log);
    await write(9);
    expect([await r.seen(), r.gaps.at(-1)]).toEqual([[9], true]);
  });
  it('finds its file again when the rotated one before it is gone', async () => {
    const r = reader();
    await write(1);
    await rename(log, join(folder, 'audit-2026-11-27T21-00-00.000.log'));
    await write(2);
    expect(await r.seen()).toEqual([1, 2]);
    await rm(join(folder, 'audit-2026-11-27T21-00-00.000.log'));
    await write(3);
    expect([await r.seen(), r.gaps.includes(true)]).toEqual([[3], false]);
  });
  it('of megabytes comes in parts, with a line of a megabyte whole', async () => {
    const r = reader();
    const long = JSON.stringify({ auditID: '2', pad: 'x'.repeat(1_500_000) });
    await write(1);
    await appendFile(log, `${long}\n`);
    await write(...Array.from({ length: 60_000 }, (_, n) => n + 3));
    expect((await r.seen()).length).toBe(60_002);
    expect(r.gaps.length).toBeGreaterThan(1);
  });
  it('is not mixed up with other files beside it', async () => {
    await mkdir(join(folder, 'other'));
    await writeFile(join(folder, 'auditor.log'), `${line(100)}\n`);
    await write(1);
    expect(await reader().seen()).toEqual([1]);
  });
});
