import type { Instant, Problem, Result } from '@cadastre/domain/core';
import { no, ok, problem } from '@cadastre/domain/core';

export const MAX_FIRST = 100;

/** Relay connection over rows that the store has already cut. */
export const connection = <T>(page: { readonly items: readonly T[]; readonly totalCount: number; readonly hasNextPage: boolean }, cursorOf: (item: T) => string, after: string | null | undefined) => {
  const edges = page.items.map(node => ({ cursor: cursorOf(node), node }));
  return {
    edges, totalCount: page.totalCount,
    pageInfo: { hasNextPage: page.hasNextPage, hasPreviousPage: after != null, startCursor: edges[0]?.cursor ?? null, endCursor: edges.at(-1)?.cursor ?? null },
  };
};

// Opaque to clients: base64url of a kind letter and a keyset. The letter refuses a cursor of another list instead of misreading it.
const encode = (kind: string, ...parts: readonly (string | number)[]): string => Buffer.from([kind, ...parts].join('|')).toString('base64url');
const decode = (kind: string, cursor: string, parts: number): readonly string[] | undefined => {
  const [found, ...rest] = Buffer.from(cursor, 'base64url').toString('utf8').split('|');
  return found === kind && rest.length === parts ? rest : undefined;
};

const bad = (cursor: string): Result<never, Problem> => no(problem('BAD_CURSOR', { value: cursor.slice(0, 80) }, { path: ['after'] }));
const INTEGER = /^\d{1,16}$/;
const ID = /^[a-z]+_[0-7][0-9a-hjkmnp-tv-z]{25}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Lists in id order. */
export const idCursor = (item: { readonly id: string }): string => encode('i', item.id);
export const readIdCursor = (cursor: string | null | undefined): Result<string | undefined, Problem> => {
  if (cursor == null) return ok(undefined);
  const [id] = decode('i', cursor, 1) ?? [];
  return id !== undefined && ID.test(id) ? ok(id) : bad(cursor);
};

/** Lists by time, newest first. */
export const timeCursor = (item: { readonly createdAt: Instant; readonly id: string }): string => encode('t', item.createdAt, item.id);
export const readTimeCursor = (cursor: string | null | undefined): Result<{ readonly createdAt: Instant; readonly id: string } | undefined, Problem> => {
  if (cursor == null) return ok(undefined);
  const [createdAt, id] = decode('t', cursor, 2) ?? [];
  return createdAt !== undefined && id !== undefined && INSTANT.test(createdAt) && ID.test(id) ? ok({ createdAt, id }) : bad(cursor);
};

/** Places in an ordered log of transactions: outbox and audit export. */
export const placeCursor = (place: { readonly txid: number; readonly seq: number }): string => encode('p', place.txid, place.seq);
export const readPlaceCursor = (cursor: string | null | undefined): Result<{ readonly txid: number; readonly seq: number } | undefined, Problem> => {
  if (cursor == null) return ok(undefined);
  const [txid, seq] = decode('p', cursor, 2) ?? [];
  return txid !== undefined && seq !== undefined && INTEGER.test(txid) && INTEGER.test(seq) ? ok({ txid: Number(txid), seq: Number(seq) }) : bad(cursor);
};

/** Decisions in the order of the ledger. */
export const ledgerCursor = (item: { readonly ledgerIndex: number; readonly id: string }): string => encode('l', item.ledgerIndex, item.id);
export const readLedgerCursor = (cursor: string | null | undefined): Result<{ readonly ledgerIndex: number; readonly id: string } | undefined, Problem> => {
  if (cursor == null) return ok(undefined);
  const [index, id] = decode('l', cursor, 2) ?? [];
  return index !== undefined && id !== undefined && INTEGER.test(index) && ID.test(id) ? ok({ ledgerIndex: Number(index), id }) : bad(cursor);
};

/** The audit list, newest first. */
export const seqCursor = (item: { readonly seq: number }): string => encode('s', item.seq);
export const readSeqCursor = (cursor: string | null | undefined): Result<number | undefined, Problem> => {
  if (cursor == null) return ok(undefined);
  const [seq] = decode('s', cursor, 1) ?? [];
  return seq !== undefined && INTEGER.test(seq) ? ok(Number(seq)) : bad(cursor);
};

/** Page sizes out of range, as the fault that names the limit. */
export const checkFirst = (first: number, limit = MAX_FIRST): Problem | undefined => {
  if (first < 1) return problem('BELOW_MINIMUM', { field: 'first', value: first, limit: 1 }, { path: ['first'] });
  return first > limit ? problem('ABOVE_MAXIMUM', { field: 'first', value: first, limit }, { path: ['first'] }) : undefined;
};
