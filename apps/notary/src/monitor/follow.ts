import type { Finding } from '@cadastre/domain/alarm';
import type { MonitoredLog } from '@cadastre/store/monitor';
import { readCheckpointsAfter, readLeafHashes } from '@cadastre/store/monitor';
import type { FrontierStack, Tile } from '@cadastre/tlog';
import { base64, formatTilePath, fromTiles, planConsistency, sameHash, TILE_WIDTH, tilesOfPlan } from '@cadastre/tlog';
import { sha256 } from '@cadastre/platform/digest';
import { merkle } from './hashing.ts';
import type { Followed, Sayer, Tree } from './state.ts';
import type { MonitorTools } from './tools.ts';
import { findingOf, short } from './tools.ts';
import type { Head } from './trust.ts';
import { tileOf, treeOfNote } from './trust.ts';

/** Leaves by which one pass follows one log: after a long absence it takes several. */
const MOST_LEAVES = 1_024 * TILE_WIDTH;
/** Rows of checkpoints of one log that one pass verifies; a busy log gets four a second. */
const MOST_ROWS = 200;

/** What somebody says of a log: that it had this root at this size. */
export interface Said extends Tree {
  readonly by: Sayer;
}

const hear = (log: MonitoredLog, f: Followed, said: readonly Said[]): readonly Finding[] =>
  said.flatMap(({ size, root, by }) => {
    const known = size === f.checkpoint?.size ? { root: f.checkpoint.root, by: 'CHECKPOINT' as const } : f.pending.get(size);
    if (known !== undefined && known.root !== root) return [contradiction(log, size, root, by === 'GLOBAL' || known.by === 'GLOBAL' ? 'GLOBAL' : by)];
    const before = Number(f.frontier.size);
    if (size === before && base64(merkle.frontierRoot(f.frontier)) !== root) return [contradiction(log, size, root, by)];
    if (size > before && known === undefined) f.pending.set(size, { root, by });
    return [];
  });

const KIND_OF = { GLOBAL: 'SPLIT_VIEW', CHECKPOINT: 'ROLLED_BACK', ROW: 'CHECKPOINT_INVALID' } as const;
const contradiction = (log: MonitoredLog, size: number, root: string, by: Sayer): Finding =>
  findingOf(log, KIND_OF[by], `size/${String(size)}`, { now: size, before: size, found: short(Buffer.from(root, 'base64')) });

/** The log never gets smaller, and never has another root at a size that it had. */
const goesBack = (log: MonitoredLog, f: Followed, head: Tree): readonly Finding[] => {
  const { checkpoint } = f;
  if (checkpoint === undefined) return [];
  const back = (place: string, now: number): readonly Finding[] => [findingOf(log, 'ROLLED_BACK', place, { before: checkpoint.size, now })];
  if (head.size < checkpoint.size) return back('checkpoint', head.size);
  return log.size < checkpoint.size ? back('database', log.size) : [];
};

/** Rows of checkpoints that the database has: each signed by the trusted key, about this log, with the size and root that stand beside it. */
const rowsOf = async (tools: MonitorTools, log: MonitoredLog, f: Followed): Promise<{ readonly said: readonly Said[]; readonly findings: readonly Finding[] }> => {
  const said: Said[] = [];
  const findings: Finding[] = [];
  for (const row of await readCheckpointsAfter(tools.store, log.id, f.rows, MOST_ROWS)) {
    const read = treeOfNote(tools, log.origin, row.note);
    const same = read.ok && read.tree.size === row.size && read.tree.root === base64(row.root);
    if (same) said.push({ ...read.tree, by: 'ROW' });
    else findings.push(findingOf(log, 'CHECKPOINT_INVALID', `size/${String(row.size)}`, { because: read.ok ? 'ROW_DIFFERS' : read.because, found: short(sha256(Buffer.from(row.note))) }));
    f.rows = row.size;
  }
  return { said, findings };
};

// The tiles do not give what was said. When the rows of the database do, the files are wrong; else whoever said it.
const blame = async (tools: MonitorTools, log: MonitoredLog, f: Followed, of: Said): Promise<Finding> => {
  const from = Number(f.frontier.size);
  const stack = merkle.growing(f.frontier);
  const tiles: Uint8Array[] = [];
  for (let at = from; at < of.size; at += TILE_WIDTH - (at % TILE_WIDTH)) tiles.push(...((await leavesOf(tools, log, at, of.size)) ?? []));
  const rows = await readLeafHashes(tools.store, log, from, of.size);
  for (const row of rows) stack.append(row.hash);
  if (rows.length !== of.size - from || base64(stack.root()) !== of.root) return contradiction(log, of.size, of.root, of.by);
  const at = rows.findIndex((row, n) => !sameHash(row.hash, tiles[n] ?? new Uint8Array()));
  return findingOf(log, 'TILE_ALTERED', formatTilePath({ level: 0, index: BigInt(Math.floor((from + Math.max(0, at)) / TILE_WIDTH)), width: TILE_WIDTH }), { found: 'other' });
};

/** Leaf hashes from `at` to the end of its tile, in the tiles of a log of `size`. */
const leavesOf = async (tools: MonitorTools, log: MonitoredLog, at: number, size: number): Promise<readonly Uint8Array[] | undefined> => {
  const index = Math.floor(at / TILE_WIDTH);
  const tile: Tile = { level: 0, index: BigInt(index), width: Math.min(TILE_WIDTH, size - index * TILE_WIDTH) };
  return (await tileOf(tools, log.origin, tile))?.slice(at % TILE_WIDTH);
};

const wrongAt = (f: Followed, stack: FrontierStack): Said | undefined => {
  const size = Number(stack.size);
  const said = f.pending.get(size);
  return said === undefined || base64(stack.root()) === said.root ? undefined : { size, ...said };
};

/** Grows the frontier out of the tiles of a log of `head` leaves up to `target`; every root that was said on the way must be the tree's. Nothing moves when one is not. */
const grow = async (tools: MonitorTools, log: MonitoredLog, f: Followed, head: number, target: number): Promise<readonly Finding[]> => {
  const stack = merkle.growing(f.frontier);
  for (let at = Number(f.frontier.size); at < target; at += TILE_WIDTH - (at % TILE_WIDTH)) {
    const leaves = await leavesOf(tools, log, at, head);
    if (leaves === undefined) return [findingOf(log, 'TILE_ALTERED', formatTilePath({ level: 0, index: BigInt(Math.floor(at / TILE_WIDTH)), width: TILE_WIDTH }), { found: 'nothing' })];
    for (const leaf of leaves.slice(0, target - at)) {
      stack.append(leaf);
      const wrong = wrongAt(f, stack);
      if (wrong !== undefined) return [await blame(tools, log, f, wrong)];
    }
  }
  f.frontier = stack.frontier();
  for (const size of f.pending.keys()) if (size <= target) f.pending.delete(size);
  return [];
};

/** The checkpoint's tree begins with the one that was followed (RFC 6962 §2.1.2), also where the global log has not spoken of it yet. */
const continues = async (tools: MonitorTools, log: MonitoredLog, f: Followed, head: Tree): Promise<readonly Finding[]> => {
  const [size1, size2] = [f.frontier.size, BigInt(head.size)];
  if (size1 === 0n || size1 >= size2) return [];
  const plan = planConsistency(size1, size2);
  const read = new Map<string, readonly Uint8Array[]>();
  for (const tile of tilesOfPlan(plan, size2)) {
    const hashes = await tileOf(tools, log.origin, tile);
    if (hashes === undefined) return [findingOf(log, 'TILE_ALTERED', formatTilePath(tile), { found: 'nothing' })];
    read.set(formatTilePath(tile), hashes);
  }
  const proof = merkle.hashesOf(plan, fromTiles(merkle, size2, tile => read.get(formatTilePath(tile)) ?? []));
  const root2 = Buffer.from(head.root, 'base64');
  return merkle.verifyConsistency({ size1, size2, root1: merkle.frontierRoot(f.frontier), root2, proof }) ? [] : [await blame(tools, log, f, { ...head, by: 'CHECKPOINT' })];
};

/**
 * Follows one log from where this monitor left it. `said`: what the global log says of it, beyond what it said before. The frontier goes only as far as the global log
 * does, because only then everything that was said about those sizes is known.
 */
export const followLog = async (tools: MonitorTools, log: MonitoredLog, f: Followed, head: Head, said: readonly Said[]): Promise<readonly Finding[]> => {
  const told = hear(log, f, said);
  if (head.found === 'invalid') return [...told, findingOf(log, 'CHECKPOINT_INVALID', 'checkpoint', { because: head.because, found: short(sha256(head.bytes)) })];
  if (head.found === 'nothing') return f.checkpoint === undefined ? told : [...told, findingOf(log, 'ROLLED_BACK', 'checkpoint', { before: f.checkpoint.size, now: 0 })];
  const { tree } = head;
  const back = goesBack(log, f, tree);
  if (back.length > 0) return [...told, ...back];
  const rows = await rowsOf(tools, log, f);
  const heard = [...told, ...hear(log, f, [{ ...tree, by: 'CHECKPOINT' }, ...rows.said])];
  const upTo = log.kind === 'GLOBAL' ? tree.size : (f.global?.size ?? 0);
  const target = Math.min(upTo, tree.size, Number(f.frontier.size) + MOST_LEAVES);
  const grown = await grow(tools, log, f, tree.size, target);
  const wrong = [...heard, ...grown];
  if (wrong.length === 0) wrong.push(...(await continues(tools, log, f, tree)));
  if (wrong.length === 0) f.checkpoint = tree;
  return [...rows.findings, ...wrong];
};
