import type { ActContext, AuditFact } from '@cadastre/domain/audit';
import { commit } from '../commit/index.ts';
import type { Write } from '../commit/index.ts';
import type { Store } from '../pool/index.ts';

/** What a process was started with, as digests by key. Never values. */
export interface Settings {
  readonly digest: string;
  readonly keys: Readonly<Record<string, string>>;
}

const keep = (process: string, { digest, keys }: Settings): Write => ({
  noun: 'process', id: process, rows: 1,
  sql: {
    name: 'cad_self_keep',
    text: `INSERT INTO process_configuration (process, digest, keys) VALUES ($1, $2, $3::jsonb)
      ON CONFLICT (process) DO UPDATE SET digest = excluded.digest, keys = excluded.keys, recorded_at = clock_timestamp()`,
    values: [process, digest, JSON.stringify(keys)],
  },
});

/** The keys that are set otherwise than before, by name; undefined when the process has never been started here. */
const changedSince = async (store: Store, process: string, now: Settings): Promise<readonly string[] | undefined> => {
  const [before] = await store.read('system', q => q.rows<Settings>({ name: 'cad_self_before', text: 'SELECT digest, keys FROM process_configuration WHERE process = $1', values: [process] }));
  if (before === undefined) return undefined;
  const names = new Set([...Object.keys(before.keys), ...Object.keys(now.keys)]);
  return [...names].filter(name => before.keys[name] !== now.keys[name]).sort();
};

/**
 * The start as an event, and a second one when the settings are others than the last time. Two replicas of one kind with different settings will each
 * report the other's as a change: that is what it is.
 */
export const recordStart = async (store: Store, act: ActContext, process: string, settings: Settings): Promise<void> => {
  const changed = await changedSince(store, process, settings);
  const target = { kind: 'process', id: process };
  const facts: AuditFact[] = [{
    type: 'platform.process.start', phase: 'started', outcome: 'success', target, numbers: { configuration: settings.digest, keys: Object.keys(settings.keys).length },
  }];
  if (changed !== undefined && changed.length > 0) {
    facts.push({ type: 'platform.config.change', phase: 'completed', outcome: 'success', target, change: changed.map(path => ({ path })), numbers: { configuration: settings.digest, keys: changed.length } });
  }
  const done = await commit(store, { scope: 'system', act, writes: [keep(process, settings)], outbox: [], audit: facts });
  if (!done.ok) throw new Error(`the start of ${process} was refused: ${JSON.stringify(done.error)}`);
};
