import { auditStorage, storageHasCredentials } from './audit-storage.ts';
import { auditOrigin, databaseUrl, env, healthPort, host, logLevel, version } from './common.ts';
import { timestampSeconds, tsaUrl } from './sealing.ts';
import type { ConfigDescription, Loaded, Settings } from './setting.ts';
import { setting } from './setting.ts';
import { filePath, wholeNumber } from './values.ts';

const describe = <S extends Settings>(of: ConfigDescription<S>): ConfigDescription<S> => of;

const seconds = (key: string, most: number, fallback: string, about: string) =>
  setting({ key, schema: wholeNumber(1, most), about, accepts: `a whole number of seconds from 1 to ${String(most)}`, remedy: `leave it unset for ${fallback}.`, fallback });

/** Compares rows, tiles, checkpoints and witnesses of the audit logs, again and again, and raises alarms. Shares no code path with the notary. */
export const monitorConfig = describe({
  process: 'the monitor',
  settings: {
    auditOrigin,
    env,
    host,
    logLevel,
    version,
    databaseUrl,
    ...auditStorage,
    policyFile: setting({
      key: 'CADASTRE_AUDIT_POLICY',
      schema: filePath,
      about: 'Path of the C2SP tlog-policy that the monitor believes: the key of the log, the witnesses and the quorum. It should come to it by another way than to the notary.',
      accepts: 'the path of a policy file',
      remedy: 'write one line `log`, one `witness` for each, `group` and `quorum`, as docs/operations.md shows.',
    }),
    monitorState: setting({
      key: 'CADASTRE_MONITOR_STATE',
      schema: filePath,
      about: 'Path of the file in which the monitor remembers what it has verified of each log. Never restore it together with the database or the storage: it is what they are compared with.',
      accepts: 'the path of a file in a folder that exists',
      remedy: "put it on a disk of the monitor's own.",
    }),
    monitorSeconds: seconds('CADASTRE_MONITOR_SECONDS', 60, '10', 'Seconds between two looks at heartbeats, lag, witnesses, checkpoints and the global log.'),
    monitorRowsSeconds: seconds('CADASTRE_MONITOR_ROWS_SECONDS', 3_600, '30', 'Seconds at least between the beginnings of two comparisons of sealed rows with leaves, tiles and entry bundles.'),
    monitorRows: setting({
      key: 'CADASTRE_MONITOR_ROWS',
      schema: wholeNumber(1_024, 1_000_000_000),
      about: 'Sealed rows that one comparison covers: all, when there are no more; else the newest of each log for half of it, and the others in turn.',
      accepts: 'a whole number from 1024 to 1000000000',
      remedy: 'leave it unset for 2000000; watch cadastre_audit_monitor_pass_seconds and cadastre_audit_monitor_cycle_seconds.',
      fallback: '2000000',
    }),
    silenceSeconds: seconds('CADASTRE_MONITOR_SILENCE_SECONDS', 3_600, '180', 'Age of the last heartbeat of an open log from which it is an alarm.'),
    sealLagSeconds: seconds('CADASTRE_MONITOR_SEAL_LAG_SECONDS', 3_600, '10', 'Age of the oldest event without an index, or leaf without a signature, from which it is an alarm.'),
    witnessAgeSeconds: seconds('CADASTRE_MONITOR_WITNESS_SECONDS', 86_400, '180', "Age of a witness's last cosignature, and of the last quorum, from which it is an alarm."),
    sinkLagSeconds: seconds('CADASTRE_MONITOR_SINK_SECONDS', 604_800, '3600', 'Age of the oldest published event that a sink has not taken from which it is an alarm; a paused sink raises none.'),
    unverifiedSeconds: seconds('CADASTRE_MONITOR_UNVERIFIED_SECONDS', 3_600, '120', 'Age of the last whole look at conditions, trees or rows from which it is an alarm that the monitor cannot do its work.'),
    clockSkewMs: setting({
      key: 'CADASTRE_MONITOR_CLOCK_SKEW_MS',
      schema: wholeNumber(1, 60_000),
      about: 'Milliseconds between the clocks of the database and of this machine from which it is an alarm (SecNumCloud 3.2 §12.8).',
      accepts: 'a whole number of milliseconds from 1 to 60000',
      remedy: 'leave it unset for 500.',
      fallback: '500',
    }),
    tsaUrl,
    timestampSeconds,
    healthPort,
  },
  rules: [storageHasCredentials],
});

export type MonitorConfig = Loaded<typeof monitorConfig.settings>;
