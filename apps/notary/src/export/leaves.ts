import * as exports from '@cadastre/store/auditexport';
import type { ProvenLog, StoredLeaf } from '@cadastre/store/auditexport';
import { formatTilePath, parseBundle, TILE_WIDTH } from '@cadastre/tlog';
import { prefixOf } from '../seal/trail.ts';
import type { ExportDeps } from './deps.ts';

/** What was read does not give what was signed: nothing is offered, and somebody has to look. */
export class Unprovable extends Error {
  override readonly name = 'Unprovable';
}

/** 16 KiB a leaf at most, so 8 MiB a page. */
const PAGE = 512;

type FromStorage = (index: number) => Promise<Uint8Array>;

/** Entries that the database has no more, from the bundles in the storage. The last bundle is kept: leaves come in order. */
const entriesOf = ({ objects }: Pick<ExportDeps, 'objects'>, log: ProvenLog): FromStorage => {
  let held: { readonly number: number; readonly entries: readonly Uint8Array[] } | undefined;
  const fetch = async (number: number): Promise<readonly Uint8Array[]> => {
    const partial = Math.min(TILE_WIDTH, log.published - number * TILE_WIDTH);
    for (const width of [TILE_WIDTH, partial]) {
      const bytes = width < 1 ? undefined : await objects.get(`${prefixOf(log.origin)}${formatTilePath({ level: 'entries', index: BigInt(number), width })}`);
      const entries = bytes === undefined ? undefined : parseBundle(bytes, width);
      if (entries !== undefined) return entries;
    }
    return [];
  };
  return async index => {
    const number = Math.floor(index / TILE_WIDTH);
    if (held?.number !== number) held = { number, entries: await fetch(number) };
    const entry = held.entries[index % TILE_WIDTH];
    if (entry === undefined) throw new Unprovable(`leaf ${String(index)} of ${log.origin} is neither in the database nor in the storage`);
    return entry;
  };
};

/** Pages of the leaves [first, end), with their bytes. Each page is a snapshot of its own: no transaction stays open while the file is written. */
export async function* pagesOf(deps: Pick<ExportDeps, 'store' | 'objects'>, log: ProvenLog, first: number, end: number): AsyncGenerator<readonly (Omit<StoredLeaf, 'body'> & { readonly body: Uint8Array })[], void, undefined> {
  const stored = entriesOf(deps, log);
  for (let from = first; from < end; from += PAGE) {
    const to = Math.min(end, from + PAGE);
    const rows = await deps.store.read('system', q => exports.leaves(q, log.id, from, to));
    if (rows.length !== to - from) throw new Unprovable(`leaves ${String(from)} to ${String(to)} of ${log.origin} are not all in the database`);
    const page = [];
    for (const row of rows) page.push({ ...row, body: row.body ?? (await stored(row.index)) });
    yield page;
  }
}
