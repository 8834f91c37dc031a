import type { Clock, Ids } from '@cadastre/domain/core';
import type { NotaryConfig } from '@cadastre/platform/config';
import { createKeeper, readToken } from '@cadastre/platform/keeper';
import * as erasures from '@cadastre/store/erasure';
import { removeLapsed } from '../export/lapse.ts';
import { eraseWhatIsDue } from './erase.ts';
import { forgetKubeRequests } from './kube.ts';
import { again, type LoopOptions } from './loop.ts';
import { pruneWhatIsDue, type RetentionTools } from './prune.ts';

interface Around extends RetentionTools, Pick<LoopOptions, 'pause'> {
  readonly clock: Clock;
  readonly ids: Ids;
}

const ERASE_EVERY_MS = 2_000;
/** Retention is counted in months, and the time of a bundle in days: an hour is soon enough. */
const KEEP_EVERY_MS = 3_600_000;

/** Erasures that were asked for, contracts whose notice has run, events past their retention, bundles and requests of API servers past their time: looked for until the signal aborts. Without a keeper nobody can be erased. */
export const keepAndErase = async (config: Pick<NotaryConfig, 'auditOrigin' | 'keeperUrl' | 'keeperTokenFile' | 'kubeAuditDays'>, around: Around, signal: AbortSignal): Promise<void> => {
  const { store, log, pause } = around;
  const hourly = { everyMs: KEEP_EVERY_MS, log, pause };
  const looks = [
    again(() => pruneWhatIsDue(around), { ...hourly, name: 'pruning' }, signal),
    again(() => removeLapsed(around), { ...hourly, name: 'removing bundles past their time' }, signal),
    again(() => forgetKubeRequests(around, config.kubeAuditDays), { ...hourly, name: 'forgetting requests of API servers' }, signal),
  ];
  const { keeperUrl: url, keeperTokenFile } = config;
  if (url !== undefined && keeperTokenFile !== undefined) {
    const keeper = createKeeper({ url, token: readToken(keeperTokenFile), erased: () => store.read('system', q => erasures.erasedKeys(q)) });
    looks.push(again(() => eraseWhatIsDue({ ...around, keeper, operator: config.auditOrigin }), { name: 'erasure', everyMs: ERASE_EVERY_MS, log, pause }, signal));
  }
  await Promise.all(looks);
};
