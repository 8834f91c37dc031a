import { afterAll, describe, expect, it } from 'vitest';
import { pause } from '@cadastre/platform/clock';
import { silentLogger } from '@cadastre/platform/log';
import { takeLead } from '@cadastre/store/leader';
import { storeDatabase, TEST_PASSWORD } from '@cadastre/store/testing';
import { cableTo } from '@cadastre/testing/net';
import { waitFor } from '@cadastre/testing/wait';
import { whileLeading } from './leader.ts';

const db = storeDatabase();
const ending = new AbortController();
afterAll(() => { ending.abort(); });

const urlThrough = (port: number): string => {
  const url = new URL(db.urlAs('cadastre_controller', TEST_PASSWORD));
  url.port = String(port);
  return url.href;
};
const direct = (): number => Number(new URL(db.url).port);

/** A replica that tells when it works. */
const replica = (name: string, url: string, told: string[], signal: AbortSignal): Promise<void> =>
  whileLeading({
    take: () => takeLead(url, 'spec.lead', { signal, applicationName: name }),
    work: () => {
      told.push(`${name} begins`);
      return Promise.resolve({ close: () => { told.push(`${name} ends`); return Promise.resolve(); } });
    },
    pause, log: silentLogger(),
  }, signal);

describe('the lead', () => {
  it('is one replica\'s at a time, and passes on when its holder stops', async () => {
    const told: string[] = [];
    const first = new AbortController();
    const one = replica('one', urlThrough(direct()), told, first.signal);
    await waitFor(() => told.length === 1, { what: 'the first to lead' });
    const two = replica('two', urlThrough(direct()), told, ending.signal);
    first.abort();
    await one;
    await waitFor(() => told.includes('two begins'), { what: 'the second to lead' });
    expect(told).toEqual(['one begins', 'one ends', 'two begins']);
    ending.abort();
    await two;
  });

  it('is noticed to be lost when its connection breaks, and is taken again', async () => {
    const cable = await cableTo({ host: '127.0.0.1', port: direct() });
    const told: string[] = [];
    const stop = new AbortController();
    const one = replica('one', urlThrough(cable.port), told, stop.signal);
    await waitFor(() => told.length === 1, { what: 'the lead' });
    cable.cut();
    await waitFor(() => told.includes('one ends'), { what: 'the loss' });
    cable.mend();
    await waitFor(() => told.filter(t => t === 'one begins').length === 2, { what: 'the lead again' });
    stop.abort();
    await one;
    await cable.close();
  });
});
