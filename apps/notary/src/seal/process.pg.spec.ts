import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrganisationId } from '@cadastre/domain/core';
import { asRows, countingIds, openTestStore, storeDatabase, TEST_PASSWORD } from '@cadastre/store/testing';
import type { Store } from '@cadastre/store/pool';
import { waitFor } from '@cadastre/testing/wait';
import { ORIGIN, openPlace, writeEvent } from '../testing/rig.ts';
import type { Place } from '../testing/rig.ts';
import { verifyTrail } from '../testing/verify.ts';

const db = storeDatabase();
const ids = countingIds();
let place: Place;
let door: Store;
const children: ChildProcess[] = [];
beforeAll(async () => {
  place = await openPlace();
  door = openTestStore(db, 'controller', { auditOrigin: ORIGIN });
  await writeFile(join(place.folder, 'token'), place.signerToken);
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await door.close();
  await place.close();
});

/** The process as it runs in production, on this database and this place. */
const start = (): ChildProcess => {
  const child = spawn(process.execPath, [new URL('main.ts', import.meta.url).pathname], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'], NODE_NO_WARNINGS: '1', CADASTRE_ENV: 'development', CADASTRE_LOG_LEVEL: 'fatal', CADASTRE_AUDIT_ORIGIN: ORIGIN, CADASTRE_HEALTH_PORT: '0', CADASTRE_NOTARY_LEASE_SECONDS: '1',
      DATABASE_URL: db.urlAs('cadastre_notary', TEST_PASSWORD), CADASTRE_AUDIT_STORAGE: pathToFileURL(join(place.folder, 'storage')).href, CADASTRE_SIGNER_URL: place.signerUrl, CADASTRE_SIGNER_TOKEN_FILE: join(place.folder, 'token'),
    },
  });
  children.push(child);
  return child;
};
const sealed = async (): Promise<number> => Number((await asRows<{ n: string }>(db, 'SELECT count(*) AS n FROM audit_leaf'))[0]?.n ?? 0);
const over = (child: ChildProcess): Promise<unknown> => new Promise(resolve => { child.once('exit', resolve); });

describe('the process', () => {
  it('that is killed with SIGKILL in the middle of its work leaves a trail that the next one continues', async () => {
    const tenants: readonly OrganisationId[] = [ids.next('organisation'), ids.next('organisation')];
    let written = 0;
    for (let life = 0; life < 4; life++) {
      const child = start();
      const before = await sealed();
      for (let n = 0; n < 60; n++) await writeEvent(door, tenants[n % 2], written++);
      await waitFor(async () => (await sealed()) > before, { what: `life ${String(life)} to seal`, timeoutMs: 60_000 });
      const ended = over(child);
      child.kill('SIGKILL');
      await ended;
    }
    const last = start();
    // For this life to seal: what the ones before it left may be nothing, and a process that only begins cannot yet end in order.
    await writeEvent(door, tenants[0], written++);
    const logs = await waitFor(() => verifyTrail(db, place), { what: 'the last life to have sealed and filed everything', timeoutMs: 60_000, everyMs: 500 });
    const ended = over(last);
    last.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(logs.flatMap(l => l.entries).filter(e => e.includes('compute.instance.create'))).toHaveLength(written);
  }, 240_000);
});
