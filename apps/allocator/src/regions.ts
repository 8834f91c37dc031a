import type { RegionId } from '@cadastre/domain/core';
import type { HealthCheck } from '@cadastre/platform/health';
import type { Subscription } from '@cadastre/platform/nats';
import { list } from '@cadastre/store/region';
import type { TenureContext } from './tenure.ts';
import { Tenure } from './tenure.ts';

export interface RegionsContext extends Omit<TenureContext, 'region'> {
  /** Codes, or `*` for every region there is and will be. */
  readonly regions: '*' | readonly string[];
  /** How often to look for new regions when nothing woke us, milliseconds. */
  readonly lookMs: number;
}

export interface Regions extends Subscription {
  /** Names the regions that this process may serve and does not lead. No region at all is no fault: none has been created yet. */
  readonly check: HealthCheck;
  tenure(regionId: RegionId): Tenure | undefined;
}

/** One tenure per region that this process may serve; regions may be created while it runs. */
export const serveRegions = (c: RegionsContext): Regions => {
  const tenures = new Map<RegionId, Tenure>();
  let closed = false;
  let looking: Promise<void> | undefined;
  let unread = 'the regions have not been read yet';
  let again = false;

  const look = async (): Promise<void> => {
    try {
      const regions = await c.store.read('system', list);
      unread = '';
      for (const region of regions) {
        if (closed || tenures.has(region.id) || (c.regions !== '*' && !c.regions.includes(region.code))) continue;
        tenures.set(region.id, new Tenure({ ...c, region }));
      }
    } catch (error) {
      unread = 'the regions could not be read';
      c.log.warn({ err: error }, 'the regions could not be read; tried again soon');
    }
  };
  const wake = (): void => {
    if (closed) return;
    if (looking !== undefined) {
      again = true;
      return;
    }
    again = false;
    looking = look().finally(() => {
      looking = undefined;
      if (again) wake();
    });
  };

  const taps = [c.nats.tap('cad.v1.*.region.*', wake)];
  const timer = setInterval(wake, c.lookMs);
  wake();
  return {
    check: {
      name: 'lease',
      check: () => Promise.resolve(unread === '' ? [...tenures.values()].map(t => t.missing).filter(m => m !== undefined).join('; ') || undefined : unread),
    },
    tenure: id => tenures.get(id),
    close: async () => {
      closed = true;
      clearInterval(timer);
      await Promise.all(taps.map(t => t.close()));
      await looking;
      await Promise.all([...tenures.values()].map(t => t.stop()));
    },
  };
};
