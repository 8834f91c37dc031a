import { hostname } from 'node:os';
import type { ActContext } from '@cadastre/domain/audit';
import type { Clock, Ids } from '@cadastre/domain/core';
import { recordAudit } from '../commit/index.ts';
import type { ClockState, Store } from '../pool/index.ts';
import { isSkewed, measureOffset, SKEW_LIMIT_MS, stateOf } from './clock.ts';
import type { Offset } from './clock.ts';
import { recordStart } from './start.ts';
import type { Settings } from './start.ts';

export type { Settings } from './start.ts';

export interface SelfOptions {
  /** Kind of process: `door-tenant`, `allocator`. */
  readonly process: string;
  readonly interface: ActContext['source']['interface'];
  readonly version: string;
  readonly settings: Settings;
  readonly ids: Ids;
  readonly clock: Clock;
  /** Runs once after `ms`; the answer cancels it. */
  readonly after: (ms: number, run: () => void) => () => void;
  readonly onTrouble: (error: unknown) => void;
}

/** What a process with a database says of itself in the audit log: that it started, with which settings, and whether its clock can be trusted. */
export interface Self {
  /** For `openStore`: goes into every event. */
  readonly clockState: () => ClockState;
  /** Begins to tell, at once and then every half minute. Never delays a start nor ends a process: what the database does not take now is told later. */
  watch(store: Store): { close(): Promise<void> };
}

const EVERY_MS = 30_000;
const SOON_MS = 2_000;

export const createSelf = (options: SelfOptions): Self => {
  let seen: Offset | undefined;
  let [started, degraded] = [false, false];
  const act = (rule: string): ActContext => ({
    actor: { kind: 'system', id: options.process, directory: 'none', roles: [], auth: { method: 'internal' } },
    authz: { decision: 'allow', policy: 'system', rule }, source: { interface: options.interface, host: hostname(), version: options.version },
    request: { id: options.ids.next('request'), operation: rule }, at: options.clock.now(),
  });

  const tellClock = async (store: Store): Promise<void> => {
    const now = await measureOffset(store, options.clock);
    seen = now;
    const skewed = isSkewed(now);
    if (skewed === degraded) return;
    await recordAudit(store, act('clock'), [{
      type: skewed ? 'audit.log.degraded' : 'audit.log.resumed', phase: 'completed', outcome: skewed ? 'failure' : 'success', reason: 'CLOCK_SKEW',
      target: { kind: 'process', id: options.process }, numbers: { offsetMs: now.offsetMs, uncertaintyMs: now.uncertaintyMs, limitMs: SKEW_LIMIT_MS },
    }], 'system');
    degraded = skewed;
  };
  // The clock first: the start's own event already says what the clock was worth.
  const look = async (store: Store): Promise<void> => {
    await tellClock(store);
    if (started) return;
    await recordStart(store, act('start'), options.process, options.settings);
    started = true;
  };

  return {
    clockState: () => stateOf(seen),
    watch: store => {
      let closed = false;
      let cancel = (): void => undefined;
      let running = Promise.resolve();
      const again = (): void => {
        running = look(store).then(() => EVERY_MS, (error: unknown) => {
          if (!closed) options.onTrouble(error);
          return SOON_MS;
        }).then(ms => { if (!closed) cancel = options.after(ms, again); });
      };
      again();
      return {
        close: async () => {
          closed = true;
          cancel();
          await running;
        },
      };
    },
  };
};
