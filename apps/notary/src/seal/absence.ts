import type { Outage } from '@cadastre/domain/seal';
import type { Clock } from '@cadastre/domain/core';
import type { HealthCheck } from '@cadastre/platform/health';
import { metrics } from '@cadastre/platform/otel';
import { msOf } from './trail.ts';

/** What the log was told about somebody who vouches from outside. Of the process and not of the trail: reading everything again ends no outage and begins none. */
export interface Absence {
  outage: Outage;
  /** Why they were missing at the last look; undefined: they were there, or were not asked yet. */
  missing: string | undefined;
  /** The reasons that `audit.log.degraded` may have for them. */
  readonly reasons: readonly string[];
}

/** How long a checkpoint may be without a quorum before the log says so (docs/operations.md). */
export const QUORUM_GRACE_MS = 60_000;
export const WITNESS_REASONS = ['WITNESS_QUORUM_MISSING'] as const;
export const TIMESTAMP_REASONS = ['TIMESTAMP_MISSING', 'TIMESTAMP_REFUSED'] as const;

export const absenceOf = (reasons: readonly string[], clock: Clock): Absence => ({ outage: { metAt: msOf(clock), told: undefined }, missing: undefined, reasons });

/** Visible at /readyz for as long as it lasts. */
const absenceCheck = (name: string, absence: Absence, clock: Clock, graceMs: number): HealthCheck => ({
  name,
  check: () => {
    const forMs = msOf(clock) - absence.outage.metAt;
    return Promise.resolve(absence.missing !== undefined && forMs >= graceMs ? `${absence.missing} for ${String(Math.round(forMs / 1_000))} s` : undefined);
  },
});

/** Those whom one waits for, as checks of readiness and as gauges. `graceMs`: how long a miss is weather. */
export const watchAbsences = (of: { readonly witnesses: Absence | undefined; readonly timestamps: Absence | undefined; readonly stampMs: number }, clock: Clock): { readonly checks: readonly HealthCheck[]; remove(): void } => {
  const age = (absence: Absence | undefined) => () => (absence === undefined ? [] : [{ value: Math.max(0, (msOf(clock) - absence.outage.metAt) / 1_000) }]);
  const gauges = [
    metrics.gauge('cadastre.audit.quorum.age', { description: 'Since a checkpoint of the global log last had the quorum of its witnesses.', unit: 's' }, age(of.witnesses)),
    metrics.gauge('cadastre.audit.timestamp.age', { description: 'Since a checkpoint of the global log was last timestamped.', unit: 's' }, age(of.timestamps)),
  ];
  return {
    checks: [
      ...(of.witnesses === undefined ? [] : [absenceCheck('witnesses', of.witnesses, clock, QUORUM_GRACE_MS)]),
      ...(of.timestamps === undefined ? [] : [absenceCheck('timestamps', of.timestamps, clock, 2 * of.stampMs)]),
    ],
    remove: () => { for (const gauge of gauges) gauge.remove(); },
  };
};
