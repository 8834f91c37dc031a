import { join } from 'node:path';
import type { Alarm } from '@cadastre/domain/alarm';
import { pause, systemClock } from '@cadastre/platform/clock';
import { createIds } from '@cadastre/platform/ids';
import { silentLogger } from '@cadastre/platform/log';
import { readAlarms } from '@cadastre/store/alarm';
import { readBacklog, readSealedLogs } from '@cadastre/store/seal';
import type { Store } from '@cadastre/store/pool';
import { actOf, asSuperuser, openTestStore } from '@cadastre/store/testing';
import type { TestDatabase } from '@cadastre/testing/database';
import { waitFor } from '@cadastre/testing/wait';
import { bundlesOfGrowth, ED25519, EMPTY_EDGE, encodeBundle, formatCheckpoint, formatNote, formatTilePath, growTiles, leafHash, parseTrust, rootOf, signText, verifierKey } from '@cadastre/tlog';
import { monitorInstruments } from '../monitor/instruments.ts';
import type { Cadence, Monitor } from '../monitor/loop.ts';
import { createMonitor } from '../monitor/loop.ts';
import { createProofs } from '../monitor/proofs.ts';
import { openState } from '../monitor/state.ts';
import type { MonitorTools } from '../monitor/tools.ts';
import { fileKey } from '../signer/key.ts';
import { signerAt } from '../seal/signer-client.ts';
import type { Place, Rig } from './rig.ts';
import { ORIGIN } from './rig.ts';

export interface MonitorRig {
  readonly store: Store;
  readonly tools: MonitorTools;
  readonly monitor: Monitor;
  /** One pass; the alarms that are open afterwards, as `KIND place`. */
  look(): Promise<readonly string[]>;
  open(): Promise<readonly Alarm[]>;
  close(): Promise<void>;
}
const NEVER = new AbortController().signal;
const said = ({ kind, place }: Alarm): string => `${kind} ${place}`.trim();

/** The policy of a place: its signer's key, and `witnesses` as further lines. */
export const policyText = async (place: Place, witnesses = 'quorum none\n'): Promise<string> => `log ${await signerAt(place.signerUrl, place.signerToken).vkey()}\n${witnesses}`;

/** A monitor with its own role and memory; `state` names the file, so that another one may go on from it. */
export const monitorOn = async (db: TestDatabase, place: Place, options: { readonly state: string; readonly policy?: string; readonly tools?: Partial<MonitorTools>; readonly cadence?: Partial<Cadence> }): Promise<MonitorRig> => {
  const store = openTestStore(db, 'monitor', { ids: createIds(), auditOrigin: ORIGIN });
  const policy = parseTrust(options.policy ?? (await policyText(place)));
  if (!policy.ok) throw new Error(policy.error.because);
  const tools: MonitorTools = {
    store, objects: place.objects, policy: policy.value, clock: systemClock, ids: createIds(), log: silentLogger(), operator: ORIGIN, rowsPerPass: 1_000_000, proofs: createProofs(1_000_000),
    makeAct: operation => actOf('none', { at: systemClock.now(), source: { interface: 'monitor', host: 'test', version: '0' }, request: { id: 'request_test', operation } }),
    limits: { heartbeatSeconds: 180, sealSeconds: 10, witnessSeconds: 180, timestampSeconds: undefined, sinkSeconds: 3_600, skewMs: 500 }, ...options.tools,
  };
  const monitor = createMonitor({ tools, file: await openState(join(place.folder, options.state), ORIGIN), cadence: { everyMs: 10, rowsEveryMs: 0, unverifiedSeconds: 120, ...options.cadence }, instruments: monitorInstruments(), pause });
  const open = async (): Promise<readonly Alarm[]> => (await readAlarms(store)).open;
  return {
    store, tools, monitor, open,
    look: async () => {
      await monitor.pass(NEVER);
      return (await open()).map(said).sort();
    },
    close: () => store.close(),
  };
};

/** Everything that is written has its index, is in storage and signed. */
export const settled = (rig: Rig, leaves: number): Promise<unknown> =>
  waitFor(async () => {
    const logs = await readSealedLogs(rig.store);
    const cursor = rig.notary.trail()?.cursor;
    return cursor !== undefined && logs.filter(l => l.kind !== 'GLOBAL').reduce((n, l) => n + l.size, 0) >= leaves && logs.every(l => l.signed === l.size && l.published === l.size) && (await readBacklog(rig.store, cursor)).waiting === 0;
  }, { what: 'everything signed', timeoutMs: 30_000 });

/** What only a superuser can do: rows of an append-only table, with its triggers off. */
export const tamper = (db: TestDatabase, table: 'audit_event' | 'audit_leaf' | 'audit_checkpoint' | 'audit_global_leaf' | 'audit_cosignature', text: string): Promise<void> =>
  asSuperuser(db, `ALTER TABLE ${table} DISABLE TRIGGER USER; ${text}; ALTER TABLE ${table} ENABLE TRIGGER USER`);

/** Whoever has the log's key writes another log over it: entries, tiles and a checkpoint that verifies. */
export const forge = async (place: Place, origin: string, entries: readonly Uint8Array[]): Promise<void> => {
  const prefix = `logs/${origin.replaceAll('/', '~')}/`;
  const hashes = entries.map(leafHash);
  const files = [...growTiles({ rootOf }, EMPTY_EDGE, hashes).written, ...bundlesOfGrowth(0n, BigInt(entries.length)).map(tile => {
    const first = Number(tile.index) * 256;
    return { tile, bytes: encodeBundle(entries.slice(first, first + tile.width)) };
  })];
  for (const { tile, bytes } of files) await place.objects.replace(`${prefix}${formatTilePath(tile)}`, bytes);
  const key = await fileKey(join(place.folder, 'key.pem'));
  const text = formatCheckpoint({ origin, size: BigInt(entries.length), root: rootOf(hashes) });
  const signature = await key.sign(Buffer.from(text));
  await place.objects.replace(`${prefix}checkpoint`, Buffer.from(formatNote({ text, signatures: [signText(verifierKey(origin, ED25519, key.publicKey), text, () => signature)] })));
};
