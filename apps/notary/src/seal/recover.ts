import type { OrganisationId } from '@cadastre/domain/core';
import { isId } from '@cadastre/domain/core';
import type { RestoredGlobalLeaf, RestoredLeaf } from '@cadastre/store/seal';
import { openLogs, restoreGlobalLeaves, restoreLeaves } from '@cadastre/store/seal';
import type { Tile } from '@cadastre/tlog';
import { formatTilePath, parseBundle, sameHash, TILE_WIDTH } from '@cadastre/tlog';
import { sha256 } from '@cadastre/platform/digest';
import { merkle, originDigest, parseGlobalLeaf } from './hashing.ts';
import { readNewLogs } from './seal-events.ts';
import type { SignedTree } from './signer-client.ts';
import { ownEvents, unfenced } from './tools.ts';
import type { Tools } from './tools.ts';
import type { Log, Trail } from './trail.ts';
import { belongs, frontierBytes, prefixOf } from './trail.ts';

export type Recovered =
  | { readonly ok: true; readonly leaves: number; /** Events whose rows were gone. */ readonly inserted: number }
  | { readonly ok: false; readonly origin: string; readonly because: string };

/** What stands in storage is not what was signed. Never leaves this file. */
class Differs extends Error {}

const tenantOf = (operator: string, origin: string): OrganisationId | undefined => {
  const id = origin.startsWith(`${operator}/t/`) ? origin.slice(operator.length + 3) : undefined;
  if (id === undefined) return undefined;
  if (!isId('organisation', id)) throw new Differs(`${origin} is no tenant's log`);
  return id;
};

/** Opens again the logs that the database does not even know. */
const openLost = async (tools: Tools, trail: Trail, origins: readonly string[]): Promise<void> => {
  const known = new Set([...trail.logs.values()].map(log => log.origin));
  const lost = origins.filter(origin => !known.has(origin));
  if (lost.length === 0) return;
  const logs = lost.map(origin => {
    const tenantId = tenantOf(trail.operator, origin);
    return { origin, kind: origin === trail.operator ? ('GLOBAL' as const) : tenantId === undefined ? ('PROVIDER' as const) : ('TENANT' as const), tenantId };
  });
  unfenced(await openLogs(tools.store, trail.seal, logs, merkle.emptyRoot(), ownEvents(tools, 'audit.recover', [])));
  await readNewLogs(tools, trail);
};

/** Entries of one bundle of a log that was `size` long when it was signed; a wider bundle of the same leaves may stand in its place. */
const bundleOf = async (tools: Tools, origin: string, index: number, size: number): Promise<readonly Uint8Array[]> => {
  const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
  const tiles: readonly Tile[] = [width, TILE_WIDTH].map(w => ({ level: 'entries', index: BigInt(index), width: w }));
  for (const tile of tiles) {
    const bytes = await tools.objects.get(`${prefixOf(origin)}${formatTilePath(tile)}`);
    const entries = bytes === undefined ? undefined : parseBundle(bytes, tile.width);
    if (entries !== undefined) return entries.slice(0, width);
  }
  throw new Differs(`the entries ${String(index * TILE_WIDTH)} … of ${origin} are not in storage`);
};

async function* entriesOf(tools: Tools, origin: string, from: number, to: number): AsyncGenerator<{ readonly first: number; readonly entries: readonly Uint8Array[] }, void, undefined> {
  for (let index = Math.floor(from / TILE_WIDTH); index * TILE_WIDTH < to; index++) {
    const entries = await bundleOf(tools, origin, index, to);
    const skip = Math.max(0, from - index * TILE_WIDTH);
    yield { first: index * TILE_WIDTH + skip, entries: entries.slice(skip) };
  }
}

// Twice over storage: once to know that what the database has and what storage has make the tree that was signed, and only then to write.
const verified = async (tools: Tools, log: Log, tree: SignedTree): Promise<void> => {
  const stack = merkle.growing(log.frontier);
  for await (const { entries } of entriesOf(tools, log.origin, log.size, tree.size)) for (const entry of entries) stack.append(merkle.leafHash(entry));
  if (!sameHash(stack.root(), tree.root)) throw new Differs(`${log.origin}: what the database and storage hold together does not have the root that was signed at ${String(tree.size)}`);
};

const text = (value: unknown): string => {
  if (typeof value !== 'string') throw new Differs('an entry is no event');
  return value;
};
const restoredOf = (body: Uint8Array, index: number): RestoredLeaf => {
  const event = JSON.parse(Buffer.from(body).toString()) as Record<string, unknown>;
  const [actor, target] = [event['actor'], event['target']] as [Record<string, unknown> | undefined, Record<string, unknown> | undefined];
  return {
    index, leafHash: merkle.leafHash(body), id: text(event['id']), tenantId: event['tenant'] === undefined ? null : text(event['tenant']), type: text(event['type']), phase: text(event['phase']), outcome: text(event['outcome']),
    actorId: text(actor?.['id']), actorDirectory: text(actor?.['directory']), targetKind: text(target?.['kind']), targetId: text(target?.['id']), body, digest: sha256(body), time: text(event['time']),
  };
};

interface Grown {
  readonly from: number;
  readonly size: number;
  readonly root: Uint8Array;
  readonly frontier: Uint8Array;
}

/** Writes what was verified, bundle by bundle, so that a crash leaves a shorter log and not a broken one. */
const restored = async (tools: Tools, log: Log, tree: SignedTree, write: (first: number, entries: readonly Uint8Array[], grown: Grown) => Promise<number>): Promise<number> => {
  let inserted = 0;
  for await (const { first, entries } of entriesOf(tools, log.origin, log.size, tree.size)) {
    const frontier = merkle.appendLeaves(log.frontier, entries.map(merkle.leafHash));
    const grown = { from: log.size, size: Number(frontier.size), root: merkle.frontierRoot(frontier), frontier: frontierBytes(frontier) };
    inserted += await write(first, entries, grown);
    Object.assign(log, { size: grown.size, root: grown.root, frontier, published: grown.size, edge: undefined });
  }
  log.remembered = tree;
  return inserted;
};

const recoverLog = async (tools: Tools, trail: Trail, log: Log, tree: SignedTree): Promise<number> => {
  await verified(tools, log, tree);
  if (log.kind !== 'GLOBAL') {
    return restored(tools, log, tree, async (first, entries, grown) =>
      unfenced(await restoreLeaves(tools.store, trail.seal, { logId: log.id, ...grown, leaves: entries.map((body, n) => restoredOf(body, first + n)) })));
  }
  const ids = new Map([...trail.logs.values()].map(l => [originDigest(l.origin), l.id]));
  return restored(tools, log, tree, async (first, entries, grown) => {
    const leaves = entries.map((body, n): RestoredGlobalLeaf => {
      const said = parseGlobalLeaf(body);
      const logId = said === undefined ? undefined : ids.get(said.origin);
      if (said === undefined || logId === undefined) throw new Differs(`the global leaf ${String(first + n)} is of no log that was signed`);
      return { index: first + n, logId, size: said.size, root: said.root, body };
    });
    unfenced(await restoreGlobalLeaves(tools.store, trail.seal, { logId: log.id, ...grown, leaves }));
    return 0;
  });
};

/** Takes the lost part of these logs back from storage: tenants' and the provider's first, since the global log names them. */
export const recoverLogs = async (tools: Tools, trail: Trail, origins: readonly string[]): Promise<Recovered> => {
  const memory = new Map((await tools.signer.memory()).filter(tree => belongs(trail.operator, tree.origin)).map(tree => [tree.origin, tree]));
  let [leaves, inserted, at] = [0, 0, ''];
  try {
    await openLost(tools, trail, origins);
    const logs = [...trail.logs.values()].filter(log => origins.includes(log.origin)).sort((a, b) => Number(a.kind === 'GLOBAL') - Number(b.kind === 'GLOBAL'));
    for (const log of logs) {
      at = log.origin;
      const tree = memory.get(log.origin);
      if (tree === undefined || tree.size <= log.size) continue;
      leaves += log.kind === 'GLOBAL' ? 0 : tree.size - log.size;
      inserted += await recoverLog(tools, trail, log, tree);
      tools.log.warn({ origin: log.origin, size: log.size }, 'a log was taken back from storage');
    }
    return { ok: true, leaves, inserted };
  } catch (error) {
    if (error instanceof Differs) return { ok: false, origin: at, because: error.message };
    throw error;
  }
};
