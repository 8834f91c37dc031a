import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { OrganisationId } from '@cadastre/domain/core';
import type { Objects } from '@cadastre/platform/objects';
import { createIds } from '@cadastre/platform/ids';
import { leafOf } from '@cadastre/store/audit';
import { actOf, asSuperuser } from '@cadastre/store/testing';
import type { TestDatabase } from '@cadastre/testing/database';
import {
  base64, bundlesOfGrowth, COSIGNATURE, cosign, ED25519, EMPTY_EDGE, EMPTY_FRONTIER, encodeBundle, formatCheckpoint, formatNote, formatSignature, formatTilePath, formatVkey, growing, growTiles, leafHash, rootOf, signText, verifierKey,
} from '@cadastre/tlog';

/** An event that is to stand in a log. */
export interface SeededEvent {
  readonly type: 'audit.log.heartbeat' | 'compute.instance.create' | 'tenancy.project.update';
  readonly time: string;
  readonly outcome?: 'success' | 'denied';
  readonly reason?: string;
  readonly target?: string;
}
export interface SealedLog {
  readonly tenantId?: OrganisationId;
  readonly events: readonly SeededEvent[];
  /** Sizes at which it has a checkpoint, each in a global leaf. */
  readonly at: readonly number[];
}

const hex = (bytes: Uint8Array): string => `\\x${Buffer.from(bytes).toString('hex')}`;
const keyPair = (): { readonly privateKey: KeyObject; readonly publicKey: Uint8Array } => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privateKey, publicKey: Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url') };
};
const ROWS = 5_000;
const insert = async (db: TestDatabase, table: string, record: string, select: string, rows: readonly object[]): Promise<void> => {
  for (let at = 0; at < rows.length; at += ROWS) await asSuperuser(db, `INSERT INTO ${table} SELECT ${select} FROM json_to_recordset($json$${JSON.stringify(rows.slice(at, at + ROWS))}$json$) AS r(${record})`);
};

/** What a notary, a signer and two witnesses leave behind, made here with the same trees and notes: rows, tiles and a policy, without their processes. */
export const seal = async (db: TestDatabase, objects: Objects, origin: string, logs: readonly SealedLog[]) => {
  const [log, ...witnesses] = [keyPair(), keyPair(), keyPair()];
  const names = ['w1.example', 'w2.example'];
  const keys = witnesses.map((w, n) => verifierKey(names[n] ?? '', COSIGNATURE, w.publicKey));
  const signed = (name: string, size: number, root: Uint8Array): string => {
    const text = formatCheckpoint({ origin: name, size: BigInt(size), root });
    return formatNote({ text, signatures: [signText(verifierKey(name, ED25519, log.publicKey), text, m => sign(null, m, log.privateKey))] });
  };
  const policy = `log ${formatVkey(verifierKey(origin, ED25519, log.publicKey))}\nwitness w1 ${formatVkey(keys[0] ?? verifierKey('x', COSIGNATURE, log.publicKey))}\nwitness w2 ${formatVkey(keys[1] ?? verifierKey('x', COSIGNATURE, log.publicKey))}\ngroup both all w1 w2\nquorum both\n`;

  const global: Uint8Array[] = [];
  let txid = 1;
  for (const [n, { tenantId, events, at }] of logs.entries()) {
    const [id, name] = [n + 2, tenantId === undefined ? `${origin}/provider` : `${origin}/t/${tenantId}`];
    const made = rowsOf(origin, tenantId, events, txid);
    txid += events.length;
    const tree = growing(EMPTY_FRONTIER);
    const checkpoints = new Map<number, Uint8Array>();
    for (const [i, leaf] of made.entries()) {
      tree.append(leafHash(leaf.bytes));
      if (at.includes(i + 1)) checkpoints.set(i + 1, tree.root());
    }
    await asSuperuser(db, `INSERT INTO audit_log (id, origin, kind, tenant_id, size, root, frontier, published) VALUES (${String(id)}, '${name}', '${tenantId === undefined ? 'PROVIDER' : 'TENANT'}', ${tenantId === undefined ? 'NULL' : `'${tenantId}'`}, ${String(made.length)}, '${hex(tree.root())}', '', ${String(made.length)})`);
    await insert(db, 'audit_event (txid, seq, id, tenant_id, type, phase, outcome, actor_id, actor_directory, target_kind, target_id, body, digest, time_recorded)',
      'txid bigint, id text, type text, outcome text, body text, digest bytea, time timestamptz', `txid, 0, id, ${tenantId === undefined ? 'NULL' : `'${tenantId}'`}, type, 'completed', outcome, 'a', 'none', 'x', 'x', convert_to(body, 'UTF8'), digest, time`,
      made.map(({ bytes: _, ...row }) => row));
    await insert(db, 'audit_leaf (log_id, index, event_id, txid, seq, leaf_hash)', 'index bigint, id text, txid bigint, hash bytea', `${String(id)}, index, id, txid, 0, hash`, made.map((m, index) => ({ index, id: m.id, txid: m.txid, hash: hex(leafHash(m.bytes)) })));
    await store(objects, name, made.map(m => m.bytes));
    for (const [size, root] of checkpoints) {
      const body = Buffer.from(`cadastre-global-leaf/v1\n${base64(createHash('sha256').update(name).digest())}\n${String(size)}\n${base64(root)}\n`);
      await asSuperuser(db, `INSERT INTO audit_checkpoint (log_id, size, root, note) VALUES (${String(id)}, ${String(size)}, '${hex(root)}', '${signed(name, size, root)}');
        INSERT INTO audit_global_leaf (tree_id, index, log_id, size, root, body) VALUES (1, ${String(global.length)}, ${String(id)}, ${String(size)}, '${hex(root)}', '${hex(body)}')`);
      global.push(body);
    }
  }
  const hashes = global.map(leafHash);
  await store(objects, origin, global);
  await asSuperuser(db, `INSERT INTO audit_log (id, origin, kind, size, root, frontier, published) VALUES (1, '${origin}', 'GLOBAL', ${String(global.length)}, '${hex(rootOf(hashes))}', '', ${String(global.length)})`);
  for (let size = 1; size <= global.length; size++) {
    const root = rootOf(hashes.slice(0, size));
    await asSuperuser(db, `INSERT INTO audit_checkpoint (log_id, size, root, note) VALUES (1, ${String(size)}, '${hex(root)}', '${signed(origin, size, root)}')`);
  }
  return {
    policy,
    /** The witnesses of these places (0, 1) cosign the global checkpoint of this size. */
    cosign: async (size: number, places: readonly number[] = [0, 1]): Promise<void> => {
      const text = formatCheckpoint({ origin, size: BigInt(size), root: rootOf(hashes.slice(0, size)) });
      for (const place of places) {
        const [key, pair] = [keys[place], witnesses[place]];
        if (key === undefined || pair === undefined) throw new Error('no such witness');
        const line = formatSignature(cosign(key, text, 1_790_000_000n, m => sign(null, m, pair.privateKey))).trimEnd();
        await asSuperuser(db, `INSERT INTO audit_cosignature (log_id, size, witness, line, cosigned_at) VALUES (1, ${String(size)}, '${key.name}', '${line}', now()) ON CONFLICT DO NOTHING`);
      }
    },
  };
};

const ids = createIds();
const rowsOf = (origin: string, tenantId: OrganisationId | undefined, events: readonly SeededEvent[], from: number) =>
  events.map((e, n) => {
    const id = ids.next('audit');
    const { text, digest } = leafOf(
      { type: e.type, phase: 'completed', outcome: e.outcome ?? 'success', ...(e.reason === undefined ? {} : { reason: e.reason }), ...(tenantId === undefined ? {} : { tenant: tenantId }), target: { kind: 'log', id: e.target ?? 'log' } },
      { ...actOf('none'), at: e.time }, { id, origin, clock: { synced: true, offsetMs: 0, source: 'test' } });
    return { txid: from + n, id, type: e.type, outcome: e.outcome ?? 'success', body: text, digest: `\\x${digest}`, time: e.time, bytes: Buffer.from(text, 'utf8') };
  });

const store = async (objects: Objects, origin: string, leaves: readonly Uint8Array[]): Promise<void> => {
  const prefix = `logs/${origin.replaceAll('/', '~')}`;
  for (const { tile, bytes } of growTiles({ rootOf }, EMPTY_EDGE, leaves.map(leafHash)).written) await objects.put(`${prefix}/${formatTilePath(tile)}`, bytes);
  for (const tile of bundlesOfGrowth(0n, BigInt(leaves.length))) {
    const first = Number(tile.index) * 256;
    await objects.put(`${prefix}/${formatTilePath(tile)}`, encodeBundle(leaves.slice(first, first + tile.width)));
  }
};
