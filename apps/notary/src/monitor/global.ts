import type { Finding } from '@cadastre/domain/alarm';
import type { MonitoredLog } from '@cadastre/store/monitor';
import { base64, bundlesBetween, formatTilePath, sameHash, TILE_WIDTH } from '@cadastre/tlog';
import { sha256 } from '@cadastre/platform/digest';
import type { Said } from './follow.ts';
import { merkle } from './hashing.ts';
import type { MonitorState, Tree } from './state.ts';
import { followedOf } from './state.ts';
import type { MonitorTools } from './tools.ts';
import { findingOf, short } from './tools.ts';
import { bundleOf, tileOf } from './trust.ts';

const GLOBAL = /^cadastre-global-leaf\/v1\n([A-Za-z0-9+/]{43}=)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n$/;
/** Docs/audit-bundle.md, "Global leaf". */
const parse = (body: Uint8Array): { readonly digest: string; readonly size: number; readonly root: string } | undefined => {
  const [, digest, size, root] = GLOBAL.exec(Buffer.from(body).toString('latin1')) ?? [];
  return digest === undefined || root === undefined ? undefined : { digest, size: Number(size), root };
};

export interface GlobalSaid {
  /** By origin, in the order of the global log. */
  readonly said: ReadonlyMap<string, readonly Said[]>;
  readonly findings: readonly Finding[];
  /** False: a file is wrong, and nothing of this was heard; it is read again. */
  readonly whole: boolean;
}

/** One leaf of the global log: of a log that there is, larger than what was said before of it. */
const readLeaf = (global: MonitoredLog, origins: ReadonlyMap<string, MonitoredLog>, before: (origin: string) => Tree | undefined, index: number, body: Uint8Array): Said & { readonly origin: string } | Finding => {
  const leaf = parse(body);
  const log = leaf === undefined ? undefined : origins.get(leaf.digest);
  if (leaf === undefined || log === undefined) return findingOf(global, 'SPLIT_VIEW', `leaf/${String(index)}`, { found: short(sha256(body)) }, { leafIndex: index });
  const { size, root } = leaf;
  const last = before(log.origin);
  if (last !== undefined && size <= last.size) return findingOf(log, 'SPLIT_VIEW', `global/${String(index)}`, { before: last.size, now: size, found: short(Buffer.from(root, 'base64')) }, { leafIndex: index });
  return { origin: log.origin, size, root, by: 'GLOBAL' };
};

/**
 * What the global log says in its leaves `from` … `to` − 1, from the entry bundles in storage and not from the database: what outsiders are shown. `head` is the size of
 * its checkpoint. An entry without the hash that its tile gives is a file that was altered.
 */
export const readGlobal = async (tools: MonitorTools, global: MonitoredLog, logs: readonly MonitoredLog[], state: MonitorState, { from, to, head }: { readonly from: number; readonly to: number; readonly head: number }): Promise<GlobalSaid> => {
  const origins = new Map(logs.map(log => [base64(sha256(Buffer.from(log.origin))), log]));
  const said = new Map<string, Said[]>();
  const findings: Finding[] = [];
  const before = (origin: string): Tree | undefined => said.get(origin)?.at(-1) ?? followedOf(state, origin).global;
  for (const tile of bundlesBetween(BigInt(from), BigInt(to), BigInt(head))) {
    const first = Number(tile.index) * TILE_WIDTH;
    const [entries, hashes] = [await bundleOf(tools, global.origin, tile), await tileOf(tools, global.origin, { ...tile, level: 0 })];
    if (entries === undefined || hashes === undefined || entries.some((entry, n) => !sameHash(merkle.leafHash(entry), hashes[n] ?? new Uint8Array()))) {
      return { said: new Map(), findings: [findingOf(global, 'TILE_ALTERED', formatTilePath(tile), { found: entries === undefined ? 'nothing' : 'other' })], whole: false };
    }
    for (const [n, entry] of entries.entries()) {
      const index = first + n;
      if (index < from || index >= to) continue;
      const leaf = readLeaf(global, origins, before, index, entry);
      if ('kind' in leaf) findings.push(leaf);
      else said.set(leaf.origin, [...(said.get(leaf.origin) ?? []), { size: leaf.size, root: leaf.root, by: leaf.by }]);
    }
  }
  for (const [origin, list] of said) {
    const last = list.at(-1);
    if (last !== undefined) followedOf(state, origin).global = { size: last.size, root: last.root };
  }
  return { said, findings, whole: true };
};
