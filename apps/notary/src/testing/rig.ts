import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { OrganisationId } from '@cadastre/domain/core';
import { pause, systemClock } from '@cadastre/platform/clock';
import { silentLogger } from '@cadastre/platform/log';
import type { Objects } from '@cadastre/platform/objects';
import { openObjects } from '@cadastre/platform/objects';
import { recordAudit } from '@cadastre/store/commit';
import type { Store, StoreOptions } from '@cadastre/store/pool';
import { actOf, openTestStore } from '@cadastre/store/testing';
import type { TestDatabase } from '@cadastre/testing/database';
import { sealInstruments } from '../seal/instruments.ts';
import type { Notary } from '../seal/lead.ts';
import { createNotary } from '../seal/lead.ts';
import { signerAt } from '../seal/signer-client.ts';
import { tilesIn } from '../seal/tiles.ts';
import type { Tools } from '../seal/tools.ts';
import { fileKey, initKey } from '../signer/key.ts';
import type { Memory } from '../signer/memory.ts';
import { openMemory } from '../signer/memory.ts';
import type { SignerServer } from '../signer/serve.ts';
import { serveSigner } from '../signer/serve.ts';
import { createSigner } from '../signer/signer.ts';

export const ORIGIN = 'audit.test';
const TOKEN = 't'.repeat(40);

/** A real signer with its own folder, and storage beside it; what the database forgets, these two remember. */
export interface Place {
  readonly folder: string;
  readonly objects: Objects;
  readonly signerUrl: string;
  readonly signerToken: string;
  readonly memory: Memory;
  /** The same key and memory, for another origin: what an operator does after a discontinuity. Answers the place to use from now on. */
  readonly renamed: (operator: string) => Promise<Place>;
  close(): Promise<void>;
}

export const openPlace = async (operator = ORIGIN): Promise<Place> => {
  const folder = await mkdtemp(join(tmpdir(), 'notary-'));
  await initKey(join(folder, 'key.pem'));
  const memory = await openMemory(join(folder, 'memory'));
  const serve = async (name: string): Promise<SignerServer> => serveSigner(createSigner(name, await fileKey(join(folder, 'key.pem')), memory), { host: '127.0.0.1', port: 0, token: TOKEN, log: silentLogger() });
  const servers = [await serve(operator)];
  const place = {
    folder, memory, objects: openObjects({ auditStorage: pathToFileURL(join(folder, 'storage')).href }), signerUrl: servers[0]?.url ?? '', signerToken: TOKEN,
    close: async () => {
      await Promise.all(servers.map(server => server.close()));
      await memory.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  const renamed = async (name: string): Promise<Place> => {
    const server = await serve(name);
    servers.push(server);
    return { ...place, renamed, signerUrl: server.url };
  };
  return { ...place, renamed };
};

export interface Rig {
  readonly store: Store;
  readonly tools: Tools;
  readonly notary: Notary;
  start(): void;
  /** Orderly: the lease is given back. */
  stop(): Promise<void>;
}

/** A notary of its own on a database and a place. */
export const notaryOn = (db: TestDatabase, place: Place, holder: string, options: { readonly origin?: string; readonly ttlMs?: number; readonly heartbeatMs?: number; readonly store?: Partial<StoreOptions>; readonly tools?: Partial<Tools> } = {}): Rig => {
  const store = openTestStore(db, 'notary', { auditOrigin: options.origin ?? ORIGIN, ...options.store });
  const tools: Tools = {
    store, objects: place.objects, tiles: tilesIn(place.objects), signer: signerAt(place.signerUrl, place.signerToken), outsiders: { witness: undefined, timestamp: undefined }, clock: systemClock, log: silentLogger(),
    makeAct: operation => actOf('none', { at: systemClock.now(), source: { interface: 'notary', host: 'test', version: '0' }, request: { id: 'request_test', operation } }),
    instruments: sealInstruments(), operator: options.origin ?? ORIGIN, heartbeatMs: options.heartbeatMs ?? 60_000, pause, ...options.tools,
  };
  const notary = createNotary(tools, { holder, ttlMs: options.ttlMs ?? 2_000 });
  const stop = new AbortController();
  let running: Promise<void> = Promise.resolve();
  return {
    store, tools, notary,
    start: () => { running = notary.run(stop.signal); },
    stop: async () => {
      stop.abort();
      await running;
      await store.close();
    },
  };
};

/** One event of a tenant, or of the provider, as a door writes it. */
export const writeEvent = async (store: Store, tenant: OrganisationId | undefined, n = 0): Promise<void> => {
  await recordAudit(store, actOf(tenant === undefined ? 'provider' : 'tenant', { at: systemClock.now() }), [
    { type: 'compute.instance.create', phase: 'completed', outcome: 'success', ...(tenant === undefined ? {} : { tenant }), target: { kind: 'instance', id: `instance_${String(n)}` } },
  ]);
};
