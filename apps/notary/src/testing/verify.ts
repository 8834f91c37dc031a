import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { readSealedLogs } from '@cadastre/store/seal';
import { asRows, openTestStore } from '@cadastre/store/testing';
import { bundlesBetween, formatTilePath, leafHash, parseBundle, parseCheckpoint, parseVkey, rootOf, sameHash, verifierKey, verifierOf, verifyNote, ED25519 } from '@cadastre/tlog';
import type { TestDatabase } from '@cadastre/testing/database';
import { prefixOf } from '../seal/trail.ts';
import { signerAt } from '../seal/signer-client.ts';
import type { Place } from './rig.ts';

export interface VerifiedLog {
  readonly origin: string;
  readonly size: number;
  /** The entries, in the order of their index. */
  readonly entries: readonly string[];
}

const entriesIn = async (place: Place, origin: string, size: number): Promise<readonly Uint8Array[]> => {
  const entries: Uint8Array[] = [];
  for (const tile of bundlesBetween(0n, BigInt(size), BigInt(size))) {
    const bytes = await place.objects.get(`${prefixOf(origin)}${formatTilePath(tile)}`);
    const found = bytes === undefined ? undefined : parseBundle(bytes, tile.width);
    if (found === undefined) throw new Error(`no bundle ${formatTilePath(tile)} of ${origin}`);
    entries.push(...found);
  }
  return entries;
};

/** Verifies every log from storage and the signer's key alone, and then that the database says the same: no event twice, none left out, rows as sealed. */
export const verifyTrail = async (db: TestDatabase, place: Place): Promise<readonly VerifiedLog[]> => {
  const store = openTestStore(db, 'notary');
  try {
    const rows = (await readSealedLogs(store)).filter(row => !row.closed);
    const vkey = parseVkey(await signerAt(place.signerUrl, place.signerToken).vkey());
    if (!vkey.ok) throw new Error('the signer has no key');
    const logs: VerifiedLog[] = [];
    for (const row of rows) {
      if (row.size === 0) continue;
      const note = await place.objects.get(`${prefixOf(row.origin)}checkpoint`);
      const verified = verifyNote(note ?? '', [verifierOf(verifierKey(row.origin, ED25519, vkey.value.publicKey))]);
      if (!verified.ok) throw new Error(`${row.origin}: ${verified.error.because}`);
      const checkpoint = parseCheckpoint(verified.value.text);
      if (!checkpoint.ok) throw new Error(checkpoint.error.because);
      expect([checkpoint.value.origin, Number(checkpoint.value.size)]).toEqual([row.origin, row.size]);
      const entries = await entriesIn(place, row.origin, row.size);
      expect(sameHash(rootOf(entries.map(leafHash)), checkpoint.value.root)).toBe(true);
      logs.push({ origin: row.origin, size: row.size, entries: entries.map(entry => Buffer.from(entry).toString()) });
    }
    await agreesWithDatabase(db, logs);
    return logs;
  } finally {
    await store.close();
  }
};

const agreesWithDatabase = async (db: TestDatabase, logs: readonly VerifiedLog[]): Promise<void> => {
  const leaves = await asRows<{ origin: string; index: string; body: Buffer; event_id: string }>(db, 'SELECT g.origin, l.index, e.body, l.event_id FROM audit_leaf l JOIN audit_log g ON g.id = l.log_id JOIN audit_event e ON e.id = l.event_id WHERE g.closed_at IS NULL ORDER BY l.log_id, l.index');
  const sealed = new Map(logs.map(log => [log.origin, log.entries]));
  for (const leaf of leaves) expect(sealed.get(leaf.origin)?.[Number(leaf.index)]).toBe(leaf.body.toString());
  const unsealed = await asRows<{ id: string }>(db, 'SELECT id FROM audit_event WHERE id NOT IN (SELECT event_id FROM audit_leaf)');
  expect(unsealed).toEqual([]);
  expect(leaves).toHaveLength(logs.filter(log => /\/(provider$|t\/)/.test(log.origin)).reduce((n, log) => n + log.size, 0));
  // Each growth of a log is in the global log, the last one included.
  const global = logs.find(log => !/\/(provider$|t\/)/.test(log.origin));
  for (const log of logs) if (log !== global) expect(global?.entries.some(entry => entry.includes(`\n${createHash('sha256').update(log.origin).digest('base64')}\n${String(log.size)}\n`))).toBe(true);
};
