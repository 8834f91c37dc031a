import { describe, expect, it } from 'vitest';
import type { AuditSinkId, OrganisationId } from '../core/index.ts';
import type { Limits, ScanPlan, Vigil, WatchedLog, LateSink } from './index.ts';
import { conditionsOf, planScan } from './index.ts';

const O = 'audit.test';
const NOW = 10_000_000;
const ago = (seconds: number): number => NOW - seconds * 1_000;
const log = (over: Partial<WatchedLog> = {}): WatchedLog => ({ origin: `${O}/t/h`, tenantId: 'h' as OrganisationId, kind: 'TENANT', closed: false, openedAt: ago(9_000), heartbeatAt: ago(60), stoppedAt: undefined, unsignedSince: undefined, ...over });
const global = log({ origin: O, tenantId: undefined, kind: 'GLOBAL', heartbeatAt: undefined });
const well: Vigil = { now: NOW, skewMs: 3, logs: [global, log()], frozenSince: undefined, unsealedSince: undefined, witnesses: [{ name: 'w1', cosignedAt: ago(20) }], quorumAt: ago(20), timestampAt: ago(3_000), sinks: [] };
const LIMITS: Limits = { heartbeatSeconds: 180, sealSeconds: 10, witnessSeconds: 180, timestampSeconds: 7_200, sinkSeconds: 3_600, skewMs: 500 };
const sink = (over: Partial<LateSink> & Pick<LateSink, 'waitingSince'>): LateSink => ({ id: 'sink_1' as AuditSinkId, tenantId: 'h' as OrganisationId, origin: `${O}/t/h`, ...over });
const found = (over: Partial<Vigil>, limits: Partial<Limits> = {}): readonly string[] =>
  conditionsOf(O, { ...well, ...over }, { ...LIMITS, ...limits }).map(f => `${f.kind} ${f.origin} ${f.place} ${String(f.detail['age'] ?? f.detail['skew'])}`.replaceAll('  ', ' '));

describe('what does not do its work', () => {
  it.each([
    { law: 'all is well', got: found({}), is: [] },
    { law: 'at the limit it is well still', got: found({ logs: [global, log({ heartbeatAt: ago(180) })], unsealedSince: ago(10) }), is: [] },
    { law: 'a log beyond it is silent', got: found({ logs: [global, log({ heartbeatAt: ago(181) })] }), is: ['HEARTBEAT_SILENT audit.test/t/h 181'] },
    { law: 'one that never had a heartbeat is silent since it was opened', got: found({ logs: [global, log({ heartbeatAt: undefined, openedAt: ago(200) })] }), is: ['HEARTBEAT_SILENT audit.test/t/h 200'] },
    { law: 'a closed one says nothing', got: found({ logs: [global, log({ closed: true, heartbeatAt: undefined })] }), is: [] },
    { law: 'events wait for an index', got: found({ unsealedSince: ago(11) }), is: ['SEAL_LAG audit.test 11'] },
    { law: 'leaves wait for a signature', got: found({ logs: [global, log({ unsignedSince: ago(30) })], unsealedSince: ago(11) }), is: ['SEAL_LAG audit.test 30'] },
    { law: 'a stopped log is that, and not late', got: found({ logs: [global, log({ unsignedSince: ago(30), stoppedAt: ago(31) })] }), is: ['LOG_STOPPED audit.test/t/h 31'] },
    { law: 'a witness is missing, the quorum is not', got: found({ witnesses: [{ name: 'w1', cosignedAt: ago(20) }, { name: 'w2', cosignedAt: ago(500) }] }), is: ['WITNESS_MISSING audit.test witness/w2 500'] },
    { law: 'one that never cosigned is missing since there is a log', got: found({ witnesses: [{ name: 'w1', cosignedAt: undefined }], quorumAt: undefined }), is: ['WITNESS_MISSING audit.test witness/w1 9000', 'WITNESS_QUORUM_MISSING audit.test 9000'] },
    { law: 'without a log there is nothing to cosign', got: found({ logs: [], witnesses: [{ name: 'w1', cosignedAt: undefined }], quorumAt: undefined, timestampAt: undefined }), is: [] },
    { law: 'nobody asked for witnesses', got: found({ witnesses: [], quorumAt: 'none' }), is: [] },
    { law: 'the last timestamp is old', got: found({ timestampAt: ago(7_201) }), is: ['TIMESTAMP_STALE audit.test 7201'] },
    { law: 'no authority, no timestamp', got: found({ timestampAt: undefined }, { timestampSeconds: undefined }), is: [] },
    { law: 'a sink is late within the limit', got: found({ sinks: [sink({ waitingSince: ago(3_600) })] }), is: [] },
    { law: 'sinks lack what they should have long since', got: found({ sinks: [sink({ waitingSince: ago(3_601) }), sink({ id: 'sink_2' as AuditSinkId, tenantId: undefined, origin: `${O}/provider`, waitingSince: ago(90_000) })] }), is: ['SINK_BEHIND audit.test/t/h sink_1 3601', 'SINK_BEHIND audit.test/provider sink_2 90000'] },
    { law: 'no event is taken', got: found({ frozenSince: ago(1) }), is: ['LOG_FROZEN audit.test 1'] },
    { law: 'clocks differ, this way or that', got: [...found({ skewMs: 501 }), ...found({ skewMs: -501 })], is: ['CLOCK_SKEW audit.test 501', 'CLOCK_SKEW audit.test -501'] },
  ])('$law', ({ got, is }) => { expect(got).toEqual(is); });
});

describe('which leaves a pass compares', () => {
  const logs = [{ origin: 'a', size: 1_000 }, { origin: 'b', size: 100_000 }, { origin: 'c', size: 0 }, { origin: 'd', size: 30_001 }];
  it('all, when they fit', () => {
    expect(planScan(logs, 131_001, undefined)).toEqual({ ranges: [{ origin: 'a', from: 0, to: 1_000 }, { origin: 'b', from: 0, to: 100_000 }, { origin: 'd', from: 0, to: 30_001 }], next: undefined, because: 'ALL' });
  });
  it('else the newest of each, and every leaf in turn: none is never looked at, and none twice before all were', () => {
    const most = 20_480;
    const seen = new Map<string, Set<number>>(logs.map(l => [l.origin, new Set<number>()]));
    let rolling: ScanPlan['next'];
    for (let pass = 0; pass < Math.ceil(131_001 / (most / 2)) + 3; pass++) {
      const plan = planScan(logs, most, rolling);
      expect(plan.ranges.every(r => r.from % 256 === 0 && r.to > r.from)).toBe(true);
      expect(plan.ranges.reduce((n, r) => n + r.to - r.from, 0)).toBeLessThanOrEqual(most + 256 * logs.length);
      for (const { origin, size } of logs) if (size > 0) expect(plan.ranges.some(r => r.origin === origin && r.to === size)).toBe(true);
      for (const r of plan.ranges.slice(3)) for (let tile = r.from / 256; tile * 256 < r.to; tile++) seen.get(r.origin)?.add(tile);
      rolling = plan.next;
    }
    for (const { origin, size } of logs) expect([origin, seen.get(origin)?.size]).toEqual([origin, Math.ceil(size / 256)]);
  });
  it('goes on at the beginning when the log that it was at is gone', () => {
    expect(planScan(logs, 20_480, { origin: 'gone', index: 512 }).ranges[3]).toMatchObject({ origin: 'a', from: 0 });
  });
});
