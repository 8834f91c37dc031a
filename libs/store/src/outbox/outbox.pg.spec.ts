import { waitFor } from '@cadastre/testing/wait';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../pool/index.ts';
import { openTestStore, storeDatabase } from '../testing/index.ts';
import { advance, after, cursorOf, newest, START } from './index.ts';
import type { OutboxCursor, OutboxEvent } from './index.ts';

const db = storeDatabase();
let controller: Store;
const clients: pg.Client[] = [];
const client = async (): Promise<pg.Client> => {
  const c = new pg.Client({ connectionString: db.url });
  await c.connect();
  clients.push(c);
  return c;
};
let root: pg.Client;

beforeAll(async () => {
  controller = openTestStore(db, 'controller');
  root = await client();
});
beforeEach(async () => {
  await root.query('DELETE FROM outbox');
  await root.query('DELETE FROM outbox_cursor');
});
afterAll(async () => {
  await controller.close();
  await Promise.all(clients.map(c => c.end()));
});

const insert = (c: pg.Client, id: string) => c.query("INSERT INTO outbox (id, region_code, noun, object_id, verb) VALUES ($1, '_', 'region', $1, 'created')", [id]);
// The window is the server's, not the database's: a transaction of another database on it holds back ours a moment longer.
const arrived = async (cursor: OutboxCursor, n: number): Promise<readonly string[]> =>
  (await waitFor(async () => { const all = await read(cursor); return all.length >= n && all; }, { what: `${String(n)} events` })).map(e => e.id);
const read = (cursor: OutboxCursor, limit = 1000): Promise<readonly OutboxEvent[]> => controller.read('system', q => after(q, cursor, limit));

describe('the outbox window', () => {
  it('holds back what commits early until what began before it has ended, so that the order never changes', async () => {
    const [slow, quick] = [await client(), await client()];
    await slow.query('BEGIN');
    await insert(slow, 'slow');
    await insert(quick, 'quick');
    expect(await read(START)).toEqual([]);
    await slow.query('COMMIT');
    expect(await arrived(START, 2)).toEqual(['slow', 'quick']);
  });

  it('16 writers, one reader from its cursor: every event once, in order', async () => {
    const writers = await Promise.all(Array.from({ length: 16 }, client));
    let writing = writers.length;
    const wrote = writers.map(async (c, w) => {
      for (let i = 0; i < 40; i++) {
        await c.query('BEGIN');
        for (let k = 0; k < 1 + ((w * 7 + i * 3) % 4); k++) await insert(c, `${String(w)}-${String(i)}-${String(k)}`);
        // Writers stay open for different numbers of round trips, so that they commit in another order than they began.
        for (let turn = 0; turn < (w * i) % 5; turn++) await c.query('SELECT 1');
        await c.query('COMMIT');
      }
      writing -= 1;
    });
    const seen: OutboxEvent[] = [];
    let cursor = START;
    const step = async (): Promise<number> => {
      const part = await read(cursor, 50);
      seen.push(...part);
      cursor = part.at(-1) ?? cursor;
      return seen.length;
    };
    while (writing > 0) await step();
    await Promise.all(wrote);
    const { rows } = await root.query<{ id: string }>('SELECT id FROM outbox ORDER BY txid, seq');
    expect(rows.length).toBeGreaterThan(1000);
    await waitFor(async () => (await step()) >= rows.length, { what: 'the last events' });
    expect(seen.map(e => e.id)).toEqual(rows.map(r => r.id));
  });

  it('a bookmark moves forward only', async () => {
    const at = (q: Parameters<Parameters<Store['read']>[1]>[0]) => cursorOf(q, 'relay');
    expect(await controller.read('system', at)).toEqual(START);
    await advance(controller, 'relay', { txid: 10, seq: 5 });
    await advance(controller, 'relay', { txid: 9, seq: 50 });
    expect(await controller.read('system', at)).toEqual({ txid: 10, seq: 5 });
    await advance(controller, 'relay', { txid: 10, seq: 6 });
    expect(await controller.read('system', at)).toEqual({ txid: 10, seq: 6 });
  });

  it('newest is where a subscriber begins who wants nothing of the past', async () => {
    await insert(root, 'past');
    await arrived(START, 1);
    const now = await controller.read('system', newest);
    await insert(root, 'future');
    expect(await arrived(now, 1)).toEqual(['future']);
  });
});
