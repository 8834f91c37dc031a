import { metrics } from '@cadastre/platform/otel';
import type { Written } from './execute.ts';
import type { Area, Standing } from './standing.ts';

const SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 20, 30, 60, 90, 120, 300];

const passes = metrics.histogram('cadastre.audit.monitor.pass', { description: 'One look of the monitor at an area: conditions, trees, rows.', unit: 's', buckets: SECONDS });
const leaves = metrics.counter('cadastre.audit.monitor.leaves', { description: 'Leaves compared with rows, tiles and entry bundles.', unit: '{leaf}' });
const raised = metrics.counter('cadastre.audit.monitor.alarms', { description: 'Alarms raised and ended.', unit: '{alarm}' });
const troubles = metrics.counter('cadastre.audit.monitor.troubles', { description: 'Passes whose alarms could not be written.', unit: '{failure}' });

export interface MonitorInstruments {
  looked(area: Area, seconds: number): void;
  compared(count: number): void;
  said(written: Written): void;
  trouble(): void;
  /** Gauges over what the process knows of its work. `now`: milliseconds. */
  watch(standing: Standing, now: () => number): { remove(): void };
}

export const monitorInstruments = (): MonitorInstruments => ({
  looked: (area, seconds) => { passes.record(seconds, { area }); },
  compared: count => { leaves.add(count); },
  said: written => {
    raised.add(written.raised, { what: 'raised' });
    raised.add(written.ended, { what: 'ended' });
  },
  trouble: () => { troubles.add(1); },
  watch: (standing, now) => {
    const gauges = [
      metrics.gauge('cadastre.audit.monitor.age', { description: 'Since an area was last looked at to the end.', unit: 's' }, () => [...standing.seenAt].map(([area, at]) => ({ value: Math.max(0, (now() - at) / 1_000), attributes: { area } }))),
      metrics.gauge('cadastre.audit.monitor.cycle', { description: 'How long one look at all sealed rows takes at the present pace; the newest are in every pass.', unit: 's' }, () => [{ value: standing.cycleSeconds }]),
      metrics.gauge('cadastre.audit.monitor.untold', { description: 'Alarms raised by this process while the log took no event.', unit: '{alarm}' }, () => [{ value: standing.untold }]),
    ];
    return { remove: () => { for (const gauge of gauges) gauge.remove(); } };
  },
});
