import * as exports from '@cadastre/store/auditexport';
import type { ProvenLog } from '@cadastre/store/auditexport';
import { formatTilePath, parseBundle, TILE_WIDTH } from '@cadastre/tlog';
import { prefixOf } from '../seal/trail.ts';
import type { ExportDeps } from './deps.ts';

/** What was read does not give what was signed: nothing is offered, and somebody has to look. */
export class Unprovable extends Error {
  override readonly name = 'Unprovable';
}

/** Neighbours of one entry bundle, in order: at most 256 of 16 KiB. */
export interface Page {
  readonly first: number;
  readonly bodies: readonly Uint8Array[];
}
type Source = Pick<ExportDeps, 'store' | 'objects'>;

/** Bundles on their way while one is hashed and packed: enough to hide a storage that answers in 20 ms; at most 32 MiB, some 1.5 in life. */
const AHEAD = 8;

/** A bundle as it was published; undefined when the storage has it no more, or not as wide yet. */
const published = async ({ objects }: Source, log: ProvenLog, number: number): Promise<readonly Uint8Array[] | undefined> => {
  const partial = Math.min(TILE_WIDTH, log.published - number * TILE_WIDTH);
  for (const width of new Set([TILE_WIDTH, partial])) {
    const bytes = width < 1 ? undefined : await objects.get(`${prefixOf(log.origin)}${formatTilePath({ level: 'entries', index: BigInt(number), width })}`);
    const entries = bytes === undefined ? undefined : parseBundle(bytes, width);
    if (entries !== undefined) return entries;
  }
  return undefined;
};

/**
 * From the storage, whose bundles hold 256 leaves as they are; what it lacks, from the rows. Rejected: rows first. Each would cross the connection in hexadecimal, which took longer than all of the hashing, and the
 * database has acts to record. Neither is believed: what comes of it must give the signed root.
 */
const pageOf = async (source: Source, log: ProvenLog, from: number, to: number): Promise<Page> => {
  const start = from - (from % TILE_WIDTH);
  const entries = (await published(source, log, start / TILE_WIDTH))?.slice(from - start, to - start);
  if (entries?.length === to - from) return { first: from, bodies: entries };
  const rows = await source.store.read('system', q => exports.leaves(q, log.id, from, to));
  const bodies = rows.flatMap(row => row.body ?? []);
  if (bodies.length !== to - from) throw new Unprovable(`leaves ${String(from)} to ${String(to)} of ${log.origin} are neither all in the storage nor all in the database`);
  return { first: from, bodies };
};

/** The leaves [first, end) bundle by bundle. Each page of rows is a snapshot of its own: no transaction stays open while the file is written. @throws Unprovable */
export async function* pagesOf(source: Source, log: ProvenLog, first: number, end: number): AsyncGenerator<Page, void, undefined> {
  const coming: Promise<Page>[] = [];
  let from = first;
  for (;;) {
    while (from < end && coming.length < AHEAD) {
      const to = Math.min(end, from - (from % TILE_WIDTH) + TILE_WIDTH);
      const page = pageOf(source, log, from, to);
      // Thrown when its turn comes; until then, or when nobody asks any more, it must not be an unhandled rejection.
      page.catch(() => undefined);
      coming.push(page);
      from = to;
    }
    const next = coming.shift();
    if (next === undefined) return;
    yield await next;
  }
}
