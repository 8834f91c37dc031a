import type { Finding, ScanRange } from '@cadastre/domain/alarm';
import type { LeafRow, MonitoredLog, TileRows } from '@cadastre/store/monitor';
import { readPrunedBefore, readTileRows, rowsOf } from '@cadastre/store/monitor';
import type { Tile } from '@cadastre/tlog';
import { formatTilePath, TILE_WIDTH } from '@cadastre/tlog';
import { sha256 } from '@cadastre/platform/digest';
import { merkle } from './hashing.ts';
import { equal, HASH } from './proofs.ts';
import type { Tree } from './state.ts';
import type { MonitorTools } from './tools.ts';
import { findingOf, inParallel, short } from './tools.ts';
import type { Trust } from './trust.ts';
import { bundleBytesOf, keyOf, trustFrom } from './trust.ts';

/** Leaves of one statement: some 8 MB and 40 ms of the database, so that nothing waits long behind it; two of them are held at once. */
const CHUNK = 32 * TILE_WIDTH;
const TILES_AT_ONCE = 8;
/** Faults of one chunk that are named; that there are more is seen, where is not. */
const MOST_FAULTS = 200;

interface Part {
  readonly tools: MonitorTools;
  readonly log: MonitoredLog;
  readonly trust: Trust;
  readonly findings: Finding[];
}
interface Chunk {
  readonly from: number;
  readonly end: number;
  readonly what: 'LEAVES' | 'ENTRIES';
}

/** What is wrong with a row, by itself. Pruned or missing is not told apart here. */
const rowFault = (log: MonitoredLog, { body, hash, digest, tenantId }: LeafRow): Finding['kind'] | undefined => {
  if (body === null) return 'ROW_MISSING';
  // An event that was moved to another tenant counts as altered.
  if (!equal(hash, merkle.leafHash(body)) || tenantId !== log.tenantId) return 'ROW_ALTERED';
  return equal(digest, sha256(body)) ? undefined : 'DIGEST_MISMATCH';
};
const hashAt = (leaves: Uint8Array, n: number): Uint8Array => leaves.subarray(n * HASH, (n + 1) * HASH);

const areWhole = (log: MonitoredLog, rows: readonly LeafRow[], leaves: Uint8Array, { what }: Chunk): boolean =>
  rows.length === leaves.length / HASH && rows.every((row, n) => equal(row.hash, hashAt(leaves, n)) && (what === 'LEAVES' || log.kind === 'GLOBAL' || rowFault(log, row) === undefined));

/** Which leaf of a tile it is, one by one. `leaves`: what the signed root vouches for; without it each row is only held against its own leaf. */
const nameFaults = async ({ tools, log, findings }: Part, of: TileRows, leaves: Uint8Array | undefined, { what }: Chunk): Promise<void> => {
  const read = rowsOf(of);
  const from = of.tile * TILE_WIDTH;
  for (let n = 0; leaves !== undefined && n < leaves.length / HASH; n++) {
    const row = read.find(r => r.index === from + n);
    if (!equal(row?.hash, hashAt(leaves, n))) findings.push(findingOf(log, 'LEAF_ALTERED', `leaf/${String(from + n)}`, { found: row === undefined ? 'nothing' : short(row.hash) }, { leafIndex: from + n }));
  }
  if (what === 'LEAVES' || log.kind === 'GLOBAL') return;
  // Read behind the rows: a pruning in between is no loss.
  const pruned = await readPrunedBefore(tools.store, log.id);
  for (const row of read.filter(r => r.index >= pruned)) {
    const fault = rowFault(log, row);
    if (fault !== undefined && row.eventId !== null) findings.push(findingOf(log, fault, `leaf/${String(row.index)}`, { found: row.body === null ? 'nothing' : short(sha256(row.body)) }, { leafIndex: row.index, eventId: row.eventId }));
  }
};

const compareBundle = async ({ tools, log, findings }: Part, index: number, leaves: Uint8Array): Promise<void> => {
  const tile: Tile = { level: 'entries', index: BigInt(index), width: leaves.length / HASH };
  const bytes = await bundleBytesOf(tools, log.origin, tile);
  if (bytes !== undefined && tools.proofs.bundle(keyOf(log, index), leaves, bytes)) return;
  // Pruned since the logs were read: then the file may be gone.
  if (index * TILE_WIDTH < (await readPrunedBefore(tools.store, log.id))) return;
  findings.push(findingOf(log, 'TILE_ALTERED', formatTilePath(tile), { found: bytes === undefined ? 'nothing' : short(sha256(bytes)) }));
};

const compareTile = async (part: Part, of: TileRows, chunk: Chunk): Promise<void> => {
  const { tools, log, trust } = part;
  const leaves = (await trust.leaves(of.tile))?.subarray(0, (chunk.end - of.tile * TILE_WIDTH) * HASH);
  const verify = (): boolean => leaves !== undefined && areWhole(log, rowsOf(of), leaves, chunk);
  // A row that was pruned and one that is gone look alike: what was proven of the one must not stand for the other.
  const fine = leaves !== undefined && (chunk.what === 'LEAVES' ? verify() : tools.proofs.rows(keyOf(log, of.tile), leaves, of.bytes, verify));
  if (!fine) await nameFaults(part, of, leaves, chunk);
  if (leaves !== undefined && of.tile * TILE_WIDTH >= log.prunedBefore) await compareBundle(part, of.tile, leaves);
};

/** A range in chunks, what was pruned apart from what was not. */
const chunksOf = (log: MonitoredLog, from: number, end: number): readonly Chunk[] => {
  const border = log.kind === 'GLOBAL' ? from : Math.min(end, Math.max(from, log.prunedBefore - (log.prunedBefore % TILE_WIDTH)));
  const part = (first: number, beyond: number, what: Chunk['what']): readonly Chunk[] =>
    Array.from({ length: Math.ceil((beyond - first) / CHUNK) }, (_, n) => ({ from: first + n * CHUNK, end: Math.min(beyond, first + (n + 1) * CHUNK), what }));
  return [...part(from, border, 'LEAVES'), ...part(border, end, 'ENTRIES')];
};

/** Rows, leaves, tiles and entry bundles of a range against each other and against the signed root. `range` begins at the edge of a tile and ends at one or at the head. */
export const scanRange = async (tools: MonitorTools, log: MonitoredLog, head: Tree, range: ScanRange, signal?: AbortSignal): Promise<readonly Finding[]> => {
  const trust = trustFrom(tools, log, head);
  const chunks = chunksOf(log, range.from, Math.min(range.to, head.size));
  const read = (chunk: Chunk | undefined): Promise<readonly TileRows[]> => {
    const rows = chunk === undefined ? Promise.resolve([]) : readTileRows(tools.store, log, chunk.from, chunk.end, chunk.what);
    // Asked for ahead: when the comparison before it fails, nobody waits for this any more.
    rows.catch(() => undefined);
    return rows;
  };
  const all: Finding[] = [];
  let next = read(chunks[0]);
  for (const [n, chunk] of chunks.entries()) {
    const rows = await next;
    if (signal?.aborted === true) break;
    // The database answers the next while this one is compared.
    next = read(chunks[n + 1]);
    const findings: Finding[] = [];
    await inParallel(rows, TILES_AT_ONCE, tile => compareTile({ tools, log, trust, findings }, tile, chunk));
    all.push(...findings.slice(0, MOST_FAULTS));
  }
  return [...trust.findings, ...all];
};
