import type { SealStep } from '@cadastre/domain/seal';
import { metrics } from '@cadastre/platform/otel';
import type { Trail } from './trail.ts';

const SECONDS = [0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30, 60, 300];

const lag = metrics.histogram('cadastre.audit.seal.lag', { description: 'From the recording of an event to the signature of a tree that holds it.', unit: 's', buckets: SECONDS });
const moves = metrics.histogram('cadastre.audit.seal.move.duration', { description: 'One move of the notary: a batch sequenced, logs published, signed, filed.', unit: 's' });
const sealed = metrics.counter('cadastre.audit.seal.events', { description: 'Events that got their index.', unit: '{event}' });
const rewritten = metrics.counter('cadastre.audit.seal.rewritten', { description: 'Files that nobody had signed, written anew after the database was put back.', unit: '{file}' });
const troubles = metrics.counter('cadastre.audit.seal.troubles', { description: 'Moves that failed; the notary reads everything again and goes on.', unit: '{failure}' });

export interface Instruments {
  moved(step: SealStep['do'], seconds: number): void;
  signed(lagSeconds: readonly number[]): void;
  sequenced(events: number): void;
  rewrote(files: number): void;
  trouble(): void;
  /** Gauges over what the leader knows; `undefined` from `trail`: this process stands by. */
  watch(trail: () => Trail | undefined, now: () => number): { remove(): void };
}

const gaugesOf = (trail: () => Trail | undefined, now: () => number): readonly { remove(): void }[] => {
  const of = (name: string, description: string, unit: string, read: (t: Trail) => number) => metrics.gauge(name, { description, unit }, () => {
    const t = trail();
    return t === undefined ? [] : [{ value: read(t) }];
  });
  const sum = (t: Trail, read: (log: { readonly size: number; readonly published: number; readonly signed: number }) => number): number => [...t.logs.values()].filter(l => l.kind !== 'GLOBAL').reduce((n, l) => n + read(l), 0);
  return [
    of('cadastre.audit.seal.oldest', 'Age of the oldest event without an index at the last look; 0: none.', 's', t => (t.oldestAt === 0 ? 0 : Math.max(0, (now() - t.oldestAt) / 1_000))),
    of('cadastre.audit.seal.leading', '1 for the process that seals.', '1', () => 1),
    of('cadastre.audit.seal.frozen', '1 while no event is taken.', '1', t => (t.state === 'FROZEN' ? 1 : 0)),
    of('cadastre.audit.logs', 'Open logs.', '{log}', t => t.logs.size),
    of('cadastre.audit.logs.stopped', 'Logs that are not sealed because their bytes do not have their digest.', '{log}', t => [...t.logs.values()].filter(l => l.stopped !== undefined).length),
    of('cadastre.audit.leaves', 'Leaves of all tenant and provider logs.', '{leaf}', t => sum(t, l => l.size)),
    of('cadastre.audit.seal.unpublished', 'Leaves that are not in storage.', '{leaf}', t => sum(t, l => l.size - l.published)),
    of('cadastre.audit.seal.unsigned', 'Leaves that no signature covers.', '{leaf}', t => sum(t, l => l.size - l.signed)),
    of('cadastre.audit.witness.age', 'Since the witnesses last vouched for the global log, or were asked in vain; 0: nobody is configured.', 's', t => (t.witness === undefined ? 0 : Math.max(0, (now() - t.witness.askedAt) / 1_000))),
  ];
};

export const sealInstruments = (): Instruments => ({
  moved: (step, seconds) => { moves.record(seconds, { step }); },
  signed: seconds => { for (const s of seconds) lag.record(s); },
  sequenced: events => { sealed.add(events); },
  rewrote: files => { rewritten.add(files); },
  trouble: () => { troubles.add(1); },
  watch: (trail, now) => {
    const gauges = gaugesOf(trail, now);
    return { remove: () => { for (const gauge of gauges) gauge.remove(); } };
  },
});
