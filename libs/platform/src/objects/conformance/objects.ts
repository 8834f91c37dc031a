import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Objects } from '../index.ts';

const text = (of: string): Uint8Array => new TextEncoder().encode(of);
const all = async <T>(source: AsyncIterable<T>): Promise<readonly T[]> => {
  const found: T[] = [];
  for await (const one of source) found.push(one);
  return found;
};
const joined = async (source: AsyncIterable<Uint8Array>): Promise<string> => Buffer.concat(await all(source)).toString();
 
async function* source(size: number, part: number, fill: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < size; at += part) yield new Uint8Array(Math.min(part, size - at)).fill(fill);
}

/** What every store of objects does. `open` gives one that is empty. */
export const objectsConformance = (open: () => Promise<Objects>): void => {
  writing(open);
  reading(open);
};

const writing = (open: () => Promise<Objects>): void => {
  it('keeps what was put, and says when there is nothing', async () => {
    const objects = await open();
    await objects.put('logs/a~b/tile/0/x001/234.p/8', text('tile'));
    expect(Buffer.from((await objects.get('logs/a~b/tile/0/x001/234.p/8')) ?? []).toString()).toBe('tile');
    expect(await objects.stat('logs/a~b/tile/0/x001/234.p/8')).toEqual({ size: 4 });
    expect([await objects.get('logs/none'), await objects.stat('logs/none'), await objects.stream('logs/none')]).toEqual([undefined, undefined, undefined]);
  });
  it('writes once: the same bytes again are fine, other bytes are refused and change nothing', async () => {
    const objects = await open();
    await objects.put('a/once', text('first'));
    await objects.put('a/once', text('first'));
    await expect(objects.put('a/once', text('other'))).rejects.toMatchObject({ name: 'ObjectConflict', key: 'a/once' });
    expect(await joined((await objects.stream('a/once'))?.body ?? source(0, 1, 0))).toBe('first');
  });
  it('lets one of many writers win, and tells the others', async () => {
    const objects = await open();
    const ends = await Promise.allSettled(Array.from({ length: 8 }, (_, i) => objects.put('a/race', text(`writer ${i}`))));
    expect(ends.filter(e => e.status === 'fulfilled')).toHaveLength(1);
    const winner = ends.findIndex(e => e.status === 'fulfilled');
    expect(Buffer.from((await objects.get('a/race')) ?? []).toString()).toBe(`writer ${winner}`);
  });
  it('replaces what is by nature the latest', async () => {
    const objects = await open();
    await objects.replace('a/checkpoint', text('1'));
    await objects.replace('a/checkpoint', text('22'));
    expect(Buffer.from((await objects.get('a/checkpoint')) ?? []).toString()).toBe('22');
  });
  it('takes a stream larger than one part, write-once too', async () => {
    const objects = await open();
    const size = 20 * 1_048_576 + 3;
    const sha256 = createHash('sha256').update(new Uint8Array(size).fill(7)).digest('hex');
    expect(await objects.putStream('a/large', source(size, 65_536, 7))).toEqual({ bytes: size, sha256 });
    expect(await objects.stat('a/large')).toEqual({ size });
    expect(await objects.putStream('a/large', source(size, 1_000_000, 7))).toEqual({ bytes: size, sha256 });
    await expect(objects.putStream('a/large', source(size, 65_536, 8))).rejects.toMatchObject({ name: 'ObjectConflict' });
    const digest = createHash('sha256');
    for await (const part of (await objects.stream('a/large'))?.body ?? source(0, 1, 0)) digest.update(part);
    expect(digest.digest('hex')).toBe(sha256);
  });
  it('leaves nothing of a stream that broke', async () => {
    const objects = await open();
    const broken = (async function* () { yield* source(9 * 1_048_576, 65_536, 1); throw new Error('the source broke'); })();
    await expect(objects.putStream('a/broken', broken)).rejects.toThrow('the source broke');
    expect(await all(objects.list(''))).toEqual([]);
  });
};

const reading = (open: () => Promise<Objects>): void => {
  it('reads ranges, with the size of the whole', async () => {
    const objects = await open();
    await objects.put('a/range', text('0123456789'));
    const read = async (range: { from: number; to?: number }) => {
      const found = await objects.stream('a/range', range);
      return [found?.size, found === undefined ? '' : await joined(found.body)];
    };
    expect(await read({ from: 2, to: 5 })).toEqual([10, '234']);
    expect(await read({ from: 7 })).toEqual([10, '789']);
    expect(await read({ from: 7, to: 99 })).toEqual([10, '789']);
    await expect(objects.stream('a/range', { from: 10 })).rejects.toThrow(RangeError);
  });
  it('lists in order, below a prefix, beyond one page', async () => {
    const objects = await open();
    const keys = ['exports/b', ...Array.from({ length: 1_005 }, (_, i) => `logs/o/tile/0/${String(i).padStart(4, '0')}`), 'logs/o.x', 'logs/other'];
    for (let at = 0; at < keys.length; at += 64) await Promise.all(keys.slice(at, at + 64).map(key => objects.put(key, text(key))));
    expect(await all(objects.list('logs/o/tile/'))).toEqual(keys.slice(1, -2));
    expect(await all(objects.list(''))).toEqual([...keys].sort());
  }, 60_000);
  it('removes, and removing nothing is fine', async () => {
    const objects = await open();
    await objects.put('a/gone', text('x'));
    await objects.remove('a/gone');
    await objects.remove('a/gone');
    expect(await objects.get('a/gone')).toBeUndefined();
  });
  it.each(['', '/', 'a//b', '../a', 'a/../b', 'a/', 'a b', 'é', 'a/.tmp-1', 'x'.repeat(513)])('refuses %j as a name', async key => {
    const objects = await open();
    await expect((async () => objects.put(key, text('x')))()).rejects.toThrow(TypeError);
  });
};
