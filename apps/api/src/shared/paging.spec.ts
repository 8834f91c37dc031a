import { describe, expect, it } from 'vitest';
import { checkFirst, connection, idCursor, placeCursor, readIdCursor, readPlaceCursor, readSeqCursor, readTimeCursor, seqCursor, timeCursor } from './paging.ts';

const ID = 'project_01h455vb4pex5vsknk084sn02q';
const AT = '2026-11-24T10:00:00.000Z';
const LISTS = {
  id: { cursor: idCursor({ id: ID }), read: readIdCursor, value: ID },
  time: { cursor: timeCursor({ createdAt: AT, id: ID }), read: readTimeCursor, value: { createdAt: AT, id: ID } },
  place: { cursor: placeCursor({ txid: 7, seq: 9 }), read: readPlaceCursor, value: { txid: 7, seq: 9 } },
  seq: { cursor: seqCursor({ seq: 3 }), read: readSeqCursor, value: 3 },
} as const;
const NAMES = Object.keys(LISTS) as (keyof typeof LISTS)[];

describe('cursors', () => {
  it.each(NAMES)('%s: read back as they were made, and absent is the beginning', name => {
    const { cursor, read, value } = LISTS[name];
    expect(read(cursor)).toEqual({ ok: true, value });
    for (const none of [null, undefined]) expect(read(none)).toEqual({ ok: true, value: undefined });
  });

  it.each(NAMES.flatMap(of => NAMES.filter(at => at !== of).map(at => [of, at] as const)))('of a list by %s are refused by a list by %s', (of, at) => {
    expect(LISTS[at].read(LISTS[of].cursor)).toMatchObject({ ok: false, error: { code: 'BAD_CURSOR', path: ['after'], params: { value: LISTS[of].cursor.slice(0, 80) } } });
  });

  const made = (text: string): string => Buffer.from(text).toString('base64url');
  it.each([
    ['empty text', ''], ['no base64', '%%%'], ['no id inside', made('i|project')], ['an id of wrong letters', made('i|project_01H455VB4PEX5VSKNK084SN02Q')], ['a part too many', made(`i|${ID}|x`)],
    ['a line end behind the id', made(`i|${ID}\n`)], ['SQL', made('i|x\'; DROP TABLE project; --')], ['NUL', made('i|\0')],
  ])('of ids refuse %s', (_case, cursor) => {
    expect(readIdCursor(cursor)).toMatchObject({ ok: false, error: { code: 'BAD_CURSOR' } });
  });
  it.each([['a negative number', 'p|-1|2'], ['a fraction', 'p|1.5|2'], ['beyond what a number holds', `p|${'9'.repeat(17)}|2`], ['words', 'p|a|b']])('of places refuse %s', (_case, text) => {
    expect(readPlaceCursor(made(text))).toMatchObject({ ok: false, error: { code: 'BAD_CURSOR' } });
  });
  it('repeat at most 80 characters of what they refuse', () => {
    const found = readIdCursor('x'.repeat(10_000));
    expect(found.ok ? undefined : found.error.params['value']).toBe('x'.repeat(80));
  });
});

describe('page sizes', () => {
  it.each([[0, 'BELOW_MINIMUM', 1], [-5, 'BELOW_MINIMUM', 1], [101, 'ABOVE_MAXIMUM', 100], [100_000, 'ABOVE_MAXIMUM', 100]])('first: %i is refused with the limit', (first, code, limit) => {
    expect(checkFirst(first)).toMatchObject({ code, params: { field: 'first', value: first, limit }, path: ['first'] });
  });
  it.each([1, 50, 100])('first: %i is taken', first => {
    expect(checkFirst(first)).toBeUndefined();
  });
  it('a list may have a limit of its own', () => {
    expect([checkFirst(1_000, 1_000), checkFirst(1_001, 1_000)?.params]).toEqual([undefined, { field: 'first', value: 1_001, limit: 1_000 }]);
  });
});

describe('connections', () => {
  it('say where they begin and end, and an empty one says nothing', () => {
    const page = { items: [{ id: 'a' }, { id: 'b' }], totalCount: 9, hasNextPage: true };
    expect(connection(page, x => `c-${x.id}`, 'before')).toEqual({
      edges: [{ cursor: 'c-a', node: { id: 'a' } }, { cursor: 'c-b', node: { id: 'b' } }], totalCount: 9, pageInfo: { hasNextPage: true, hasPreviousPage: true, startCursor: 'c-a', endCursor: 'c-b' },
    });
    expect(connection({ items: [], totalCount: 0, hasNextPage: false }, () => '', null).pageInfo).toEqual({ hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null });
  });
});
