import type { Finding } from '@cadastre/domain/alarm';
import type { MonitoredLog } from '@cadastre/store/monitor';
import type { Tile } from '@cadastre/tlog';
import { ED25519, base64, encodeBundle, formatTilePath, fromTiles, parseBundle, parseCheckpoint, parseTile, partialTiles, planRoot, sameHash, TILE_WIDTH, verifierKey, verifierOf, verifyNote } from '@cadastre/tlog';
import { sha256 } from '@cadastre/platform/digest';
import { equation, merkle } from './hashing.ts';
import type { Tree } from './state.ts';
import type { MonitorTools } from './tools.ts';
import { findingOf, prefixOf, short } from './tools.ts';

type Hashes = readonly Uint8Array[];

export type Head = { readonly found: 'tree'; readonly tree: Tree } | { readonly found: 'nothing' } | { readonly found: 'invalid'; readonly because: string; readonly bytes: Uint8Array };

/** What a signed note says, when the policy's key signed it under the name of this log. */
export const treeOfNote = (tools: MonitorTools, origin: string, note: string | Uint8Array): { readonly ok: true; readonly tree: Tree } | { readonly ok: false; readonly because: string } => {
  const [trusted] = tools.policy.logs;
  if (trusted === undefined) return { ok: false, because: 'POLICY_WITHOUT_LOG' };
  const verified = verifyNote(note, [verifierOf(verifierKey(origin, ED25519, trusted.key.publicKey), equation)]);
  if (!verified.ok) return { ok: false, because: verified.error.code };
  const checkpoint = parseCheckpoint(verified.value.text);
  if (!checkpoint.ok) return { ok: false, because: checkpoint.error.code };
  const { size, root, extensions } = checkpoint.value;
  if (checkpoint.value.origin !== origin || extensions.length > 0) return { ok: false, because: 'CHECKPOINT_ORIGIN' };
  return { ok: true, tree: { size: Number(size), root: base64(root) } };
};

/** The checkpoint that readers of the log find. */
export const headOf = async (tools: MonitorTools, origin: string): Promise<Head> => {
  const bytes = await tools.objects.get(`${prefixOf(origin)}checkpoint`);
  if (bytes === undefined) return { found: 'nothing' };
  const read = treeOfNote(tools, origin, bytes);
  return read.ok ? { found: 'tree', tree: read.tree } : { found: 'invalid', because: read.because, bytes };
};

// A log that has grown need not keep its partial files, so the full one will do for a partial one.
const fileOf = async (tools: MonitorTools, origin: string, tile: Tile): Promise<{ readonly bytes: Uint8Array; readonly width: number } | undefined> => {
  const exact = await tools.objects.get(`${prefixOf(origin)}${formatTilePath(tile)}`);
  if (exact !== undefined || tile.width === TILE_WIDTH) return exact === undefined ? undefined : { bytes: exact, width: tile.width };
  const full = await tools.objects.get(`${prefixOf(origin)}${formatTilePath({ ...tile, width: TILE_WIDTH })}`);
  return full === undefined ? undefined : { bytes: full, width: TILE_WIDTH };
};
/** Hashes of a tile as they are in storage. Undefined: not there, or no tile. */
export const tileOf = async (tools: MonitorTools, origin: string, tile: Tile): Promise<Hashes | undefined> => {
  const file = await fileOf(tools, origin, tile);
  return file === undefined ? undefined : parseTile(file.bytes, file.width)?.slice(0, tile.width);
};
/** Entries of a bundle, in the same way. */
export const bundleOf = async (tools: MonitorTools, origin: string, tile: Tile): Promise<readonly Uint8Array[] | undefined> => {
  const file = await fileOf(tools, origin, tile);
  return file === undefined ? undefined : parseBundle(file.bytes, file.width)?.slice(0, tile.width);
};

/** The bytes of the first `width` entries of a bundle, unread. */
export const bundleBytesOf = async (tools: MonitorTools, origin: string, tile: Tile): Promise<Uint8Array | undefined> => {
  const file = await fileOf(tools, origin, tile);
  if (file === undefined || file.width === tile.width) return file?.bytes;
  const entries = parseBundle(file.bytes, file.width)?.slice(0, tile.width);
  return entries === undefined ? undefined : encodeBundle(entries);
};

const widthAt = (size: number, level: number, index: number): number => Math.min(TILE_WIDTH, Math.floor(size / TILE_WIDTH ** level) - index * TILE_WIDTH);

/** Tiles of one log that lead to a signed root. */
export interface Trust {
  /** The hashes of a tile at level 0 that the root vouches for, 32 bytes each, one behind the other; undefined when it does not, or when a tile above does not: then that one was found. */
  leaves(index: number): Promise<Uint8Array | undefined>;
  readonly findings: readonly Finding[];
}

/** From the root downwards, so that what is wrong is named where it is and not at everything below. */
export const trustFrom = (tools: MonitorTools, log: MonitoredLog, head: Tree): Trust => {
  const findings: Finding[] = [];
  const known = new Map<string, Promise<Hashes | undefined>>();
  const wrong = (place: string, found: Hashes | undefined): void => {
    findings.push(findingOf(log, 'TILE_ALTERED', place, { found: found === undefined ? 'nothing' : short(sha256(Buffer.concat([...found]))) }));
  };
  // The right edge alone gives the root: each node that it is folded from lies in a partial tile.
  const edge = async (): Promise<Map<number, Hashes> | undefined> => {
    const rows = new Map<number, Hashes>();
    for (const tile of partialTiles(BigInt(head.size))) {
      const hashes = await tileOf(tools, log.origin, tile);
      if (hashes === undefined) {
        wrong(formatTilePath(tile), undefined);
        return undefined;
      }
      rows.set(Number(tile.level), hashes);
    }
    const [root] = merkle.hashesOf(planRoot(BigInt(head.size)), fromTiles(merkle, BigInt(head.size), ({ level }) => rows.get(Number(level)) ?? []));
    if (root !== undefined && base64(root) === head.root) return rows;
    wrong('edge', [...rows.values()].flat());
    return undefined;
  };
  let edgeOnce: ReturnType<typeof edge> | undefined;
  const read = async (level: number, index: number): Promise<Hashes | undefined> => {
    const width = widthAt(head.size, level, index);
    if (width < TILE_WIDTH) return (await (edgeOnce ??= edge()))?.get(level);
    const above = (await tile(level + 1, Math.floor(index / TILE_WIDTH)))?.[index % TILE_WIDTH];
    if (above === undefined) return undefined;
    const of: Tile = { level, index: BigInt(index), width };
    const hashes = await tileOf(tools, log.origin, of);
    if (hashes !== undefined && sameHash(merkle.rootOf(hashes), above)) return hashes;
    wrong(formatTilePath(of), hashes);
    return undefined;
  };
  const tile = (level: number, index: number): Promise<Hashes | undefined> => {
    const key = `${String(level)}/${String(index)}`;
    const found = known.get(key) ?? read(level, index);
    known.set(key, found);
    return found;
  };
  const leaves = async (index: number): Promise<Uint8Array | undefined> => {
    const width = widthAt(head.size, 0, index);
    if (width < TILE_WIDTH) return joined(await read(0, index));
    const above = (await tile(1, Math.floor(index / TILE_WIDTH)))?.[index % TILE_WIDTH];
    if (above === undefined) return undefined;
    const path = formatTilePath({ level: 0, index: BigInt(index), width });
    const bytes = await tools.objects.get(`${prefixOf(log.origin)}${path}`);
    if (bytes !== undefined && tools.proofs.tile(keyOf(log, index), above, bytes)) return bytes;
    wrong(path, bytes === undefined ? undefined : [bytes]);
    return undefined;
  };
  return { leaves, findings };
};
/** Of a tile of leaves, in what was proven. */
export const keyOf = (log: Pick<MonitoredLog, 'origin'>, index: number): string => `${log.origin}#${String(index)}`;
const joined = (hashes: Hashes | undefined): Uint8Array | undefined => (hashes === undefined ? undefined : Buffer.concat([...hashes]));
