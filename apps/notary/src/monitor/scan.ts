import type { Finding, ScanRange } from '@cadastre/domain/alarm';
import type { MonitoredLog, RowFault } from '@cadastre/store/monitor';
import { readLeafHashes, readPrunedBefore, readRowFaults, readTileDigests } from '@cadastre/store/monitor';
import type { Tile } from '@cadastre/tlog';
import { formatTilePath, sameHash, TILE_WIDTH } from '@cadastre/tlog';
import type { Tree } from './state.ts';
import type { MonitorTools } from './tools.ts';
import { findingOf, inParallel, merkle, sha256, short } from './tools.ts';
import type { Trust } from './trust.ts';
import { bundleOf, trustFrom } from './trust.ts';

/** Leaves of one statement: a second or less of the database, so that nothing waits long behind it. */
const CHUNK = 256 * TILE_WIDTH;
const TILES_AT_ONCE = 8;
/** Faults of one statement that are named; that there are more is seen, where is not. */
const MOST_FAULTS = 200;

interface Part {
  readonly tools: MonitorTools;
  readonly log: MonitoredLog;
  readonly trust: Trust;
  readonly findings: Finding[];
}

const rowFinding = (log: MonitoredLog, { index, eventId, fault, found }: RowFault): Finding =>
  findingOf(log, fault, `leaf/${String(index)}`, { found: found?.slice(0, 16) ?? 'nothing' }, { leafIndex: index, eventId });

const compareLeaves = async ({ tools, log, findings }: Part, from: number, hashes: readonly Uint8Array[]): Promise<void> => {
  const rows = new Map((await readLeafHashes(tools.store, log, from, from + hashes.length)).map(row => [row.index, row.hash]));
  for (const [n, hash] of hashes.entries()) {
    const has = rows.get(from + n);
    if (has === undefined || !sameHash(has, hash)) findings.push(findingOf(log, 'LEAF_ALTERED', `leaf/${String(from + n)}`, { found: has === undefined ? 'nothing' : short(has) }, { leafIndex: from + n }));
  }
};

const compareBundle = async ({ tools, log, findings }: Part, index: number, hashes: readonly Uint8Array[]): Promise<void> => {
  const tile: Tile = { level: 'entries', index: BigInt(index), width: hashes.length };
  const entries = await bundleOf(tools, log.origin, tile);
  if (entries?.every((entry, n) => sameHash(merkle.leafHash(entry), hashes[n] ?? new Uint8Array())) === true) return;
  // Pruned since the logs were read: then the file may be gone.
  if (index * TILE_WIDTH < (await readPrunedBefore(tools.store, log.id))) return;
  findings.push(findingOf(log, 'TILE_ALTERED', formatTilePath(tile), { found: entries === undefined ? 'nothing' : short(sha256(Buffer.concat([...entries]))) }));
};

const compareTile = async (part: Part, index: number, to: number, digest: Uint8Array | undefined): Promise<void> => {
  const from = index * TILE_WIDTH;
  const hashes = (await part.trust.tile(0, index))?.slice(0, Math.min(TILE_WIDTH, to - from));
  if (hashes === undefined) return;
  if (digest === undefined || !sameHash(digest, sha256(Buffer.concat([...hashes])))) await compareLeaves(part, from, hashes);
  if (from >= part.log.prunedBefore) await compareBundle(part, index, hashes);
};

const compareChunk = async (part: Part, from: number, to: number): Promise<void> => {
  const { tools, log, findings } = part;
  const [digests, faults] = await Promise.all([
    readTileDigests(tools.store, log, from, to), log.kind === 'GLOBAL' || to <= log.prunedBefore ? [] : readRowFaults(tools.store, log, Math.max(from, log.prunedBefore), to, MOST_FAULTS),
  ]);
  findings.push(...faults.map(fault => rowFinding(log, fault)));
  const byTile = new Map(digests.map(d => [d.tile, d.digest]));
  const tiles = Array.from({ length: Math.ceil(to / TILE_WIDTH) - from / TILE_WIDTH }, (_, n) => from / TILE_WIDTH + n);
  await inParallel(tiles, TILES_AT_ONCE, index => compareTile(part, index, to, byTile.get(index)));
};

/** Rows, leaves, tiles and entry bundles of a range against each other and against the signed root. `range` begins at the edge of a tile and ends at one or at the head. */
export const scanRange = async (tools: MonitorTools, log: MonitoredLog, head: Tree, range: ScanRange, signal?: AbortSignal): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  const trust = trustFrom(tools, log, head);
  const to = Math.min(range.to, head.size);
  for (let at = range.from; at < to && signal?.aborted !== true; at += CHUNK) await compareChunk({ tools, log, trust, findings }, at, Math.min(to, at + CHUNK));
  return [...trust.findings, ...findings];
};
