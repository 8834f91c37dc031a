import { describe, expect, it } from 'vitest';
import { countingIds, datacenter, faultInWords, hall, inWords, powerNode, region } from '../datacenter/site.fixture.ts';
import type { ImportSeen, RawRow, RawValue } from './import.ts';
import { decideImportRacks, readRackRows } from './import.ts';

const loose = (text: string): RawValue => ({ kind: 'loose', text });
const FINE: Readonly<Record<string, string>> = {
  hall: 'H1', name: 'A01', row: 'A', position: '1', units: '48', maxPowerW: '150000', coolingKind: 'COLD_PLATE', coolingCapacityW: '150000', state: 'INSTALLED',
};
/** A CSV line: `undefined` leaves a field out. */
const row = (line: number, over: Readonly<Record<string, string | undefined>> = {}): RawRow => ({
  line, fields: Object.entries({ ...FINE, ...over }).flatMap(([name, text]) => (text === undefined ? [] : [{ name, line, value: loose(text) }])),
});
const typed = (over: Readonly<Record<string, RawValue>>): RawRow => {
  const fields = new Map<string, RawValue>(Object.entries(FINE).map(([name, text]) => [name, /^\d+$/.test(text) ? { kind: 'number', value: Number(text), source: text } : { kind: 'text', text }]));
  for (const [name, value] of Object.entries(over)) fields.set(name, value);
  return { line: 2, fields: [...fields].map(([name, value]) => ({ name, line: 2, value })) };
};
const seen: ImportSeen = { datacenter, regionId: region.id, regionCode: region.code, halls: [hall, { ...hall, id: 'hall_2' as typeof hall.id, name: 'H2', coolingKinds: ['AIR'] }], nodes: [], taken: [] };
const decide = (rows: readonly RawRow[], over: Partial<ImportSeen> = {}) =>
  decideImportRacks(readRackRows(rows, seen.halls), datacenter.id, { ...seen, ...over }, { ids: countingIds() });

it('names a feed that the power tree does not have', () => {
  expect(inWords(decide([row(2, { feedA: 'BUS-A9', feedB: 'BUS-A1' })], { nodes: [powerNode('BUS-A1')] }))).toEqual([
    'UNKNOWN_VALUE racks.0.feedA line 2 value=BUS-A9 near=BUS-A1', 'FEED_WRONG_SIDE racks.0.feedB line 2 value=BUS-A1 limit=B',
  ]);
});

describe('a row of a file', () => {
  it.each([
    { reason: 'is fine', rows: [row(2)], said: ['ok'] },
    { reason: 'has a field nobody knows', rows: [row(2, { maxPower: '1' })], said: ['UNKNOWN_FIELD racks.0.maxPower line 2 near=maxPowerW'] },
    { reason: 'names a feed while there is no power tree: a label', rows: [row(2, { feedA: 'BUS-A9' })], said: ['ok'] },
    { reason: 'lacks a field', rows: [row(2, { units: undefined })], said: ['REQUIRED racks.0.units line 2'] },
    { reason: 'has a cooling kind nobody knows', rows: [row(2, { coolingKind: 'COLDPLATE' })], said: ['UNKNOWN_VALUE racks.0.coolingKind line 2 value=COLDPLATE near=COLD_PLATE'] },
    { reason: 'has a state nobody knows', rows: [row(2, { state: 'installed' })], said: ['UNKNOWN_VALUE racks.0.state line 2 value=installed near=INSTALLED'] },
    { reason: 'names a hall that is not there', rows: [row(2, { hall: 'H3' })], said: ['UNKNOWN_VALUE racks.0.hall line 2 value=H3 near=H1'] },
    { reason: 'is cooled in a way its hall does not offer', rows: [row(2, { hall: 'H2' })], said: ['COOLING_NOT_ACCEPTED racks.0.coolingKind line 2 value=COLD_PLATE'] },
    { reason: 'has negative watts', rows: [row(2, { maxPowerW: '-1' })], said: ['BELOW_MINIMUM racks.0.maxPowerW line 2 value=-1 limit=1'] },
    { reason: 'has fractional watts', rows: [row(2, { maxPowerW: '1500.5' })], said: ['NOT_AN_INTEGER racks.0.maxPowerW line 2 value=1500.5'] },
    { reason: 'has a decimal comma', rows: [row(2, { maxPowerW: '1500,5' })], said: ['NOT_AN_INTEGER racks.0.maxPowerW line 2 value=1500,5'] },
    { reason: 'has watts in words', rows: [row(2, { maxPowerW: '150 kW' })], said: ['WRONG_TYPE racks.0.maxPowerW line 2 value=150 kW expected=integer'] },
    { reason: 'has one watt too many', rows: [row(2, { maxPowerW: '150001' })], said: ['RACK_POWER_LIMIT racks.0.maxPowerW line 2 value=150001 limit=150000'] },
    { reason: 'has its number in quotes (YAML)', rows: [typed({ maxPowerW: { kind: 'text', text: '150000' } })], said: ['WRONG_TYPE racks.0.maxPowerW line 2 value="150000" expected=integer'] },
    { reason: 'has an infinite number (YAML)', rows: [typed({ units: { kind: 'number', value: Infinity, source: '.inf' } })], said: ['WRONG_TYPE racks.0.units line 2 value=.inf expected=integer'] },
    { reason: 'has a mapping where text belongs (YAML)', rows: [typed({ feedA: { kind: 'other', found: 'mapping' } })], said: ['WRONG_TYPE racks.0.feedA line 2 value=mapping expected=text'] },
    { reason: 'assumes a field that does not exist', rows: [typed({ assumed: { kind: 'list', items: ['units', 'unit'] } })], said: ['UNKNOWN_FIELD racks.0.assumed.1 line 2 near=units'] },
    { reason: 'has several faults, all told', rows: [row(2, { name: 'A 1', units: '0', state: '?' })], said: [
      'BAD_FORMAT racks.0.name line 2 value=A 1 expected=[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?', 'BELOW_MINIMUM racks.0.units line 2 value=0 limit=1',
      'UNKNOWN_VALUE racks.0.state line 2 value=? near=none',
    ] },
  ])('$reason', ({ rows, said }) => { expect(inWords(decide(rows))).toEqual(said); });

  it('keeps a name as it was written: 01 is not 1', () => {
    const decided = decide([typed({ name: { kind: 'number', value: 1, source: '01' } })]);
    expect(decided.ok && decided.value.next[0]?.name).toBe('01');
  });
});

describe('a file', () => {
  const many = Array.from({ length: 500 }, (_, n) => row(n + 2, { name: `R${String(n)}`, feedA: 'BUS-A1', assumed: 'units|state' }));

  it('of 500 racks: 500 rows and wake-ups, one audit event', () => {
    const decided = decide(many);
    expect(decided).toMatchObject({ ok: true, value: { audit: [{ type: 'dcim.rack.import', numbers: { racks: 500, maxPowerW: 75_000_000 } }] } });
    if (!decided.ok) return;
    expect([decided.value.next.length, decided.value.events.length, decided.value.audit.length]).toEqual([500, 500, 1]);
    expect(decided.value.next[499]).toMatchObject({ name: 'R499', feedA: 'BUS-A1', assumed: ['units', 'state'], hallId: hall.id, datacenterId: datacenter.id, regionId: region.id });
  });

  it.each([
    { reason: 'without rows', rows: [], over: {}, said: ['REQUIRED content'] },
    { reason: 'that names a rack twice', rows: [row(2), row(3, { position: '2' })], over: {}, said: ['DUPLICATE racks.1.name line 3 value=A01 other=2'] },
    { reason: 'with the same name in two halls', rows: [row(2), row(3, { hall: 'H2', coolingKind: 'AIR' })], over: {}, said: ['ok'] },
    { reason: 'with a name that exists', rows: [row(2), row(3, { name: 'A02' })], over: { taken: [{ hallId: hall.id, name: 'A02' }] }, said: ['ALREADY_EXISTS racks.1.name line 3 value=A02'] },
    { reason: 'for a datacenter that is not there', rows: [row(2)], over: { datacenter: undefined }, said: ['NOT_FOUND datacenterId'] },
    {
      reason: 'faulty in several lines: in the order of the file', rows: [row(2, { units: '-1' }), row(3), row(4, { name: 'A04', hall: 'X' })], over: { taken: [{ hallId: hall.id, name: 'A01' }] },
      said: ['BELOW_MINIMUM racks.0.units line 2 value=-1 limit=1', 'ALREADY_EXISTS racks.0.name line 2 value=A01', 'DUPLICATE racks.1.name line 3 value=A01 other=2',
        'ALREADY_EXISTS racks.1.name line 3 value=A01', 'UNKNOWN_VALUE racks.2.hall line 4 value=X near=none'],
    },
  ])('$reason', ({ rows, over, said }) => { expect(inWords(decide(rows, over))).toEqual(said); });

  it('with 7 faulty lines of 500 is refused with 7 faults and their lines', () => {
    const bad: Readonly<Record<number, Readonly<Record<string, string | undefined>>>> = {
      3: { maxPowerW: '-1' }, 99: { units: '1.5' }, 100: { coolingKind: 'WATER' }, 200: { hall: 'H9' }, 300: { name: 'R1' }, 400: { state: undefined }, 499: { maxPowerW: '150001' },
    };
    const decided = decide(many.map((r, n) => (bad[n] === undefined ? r : row(r.line, { name: `R${String(n)}`, ...bad[n] }))));
    expect(decided.ok ? [] : decided.error.map(f => f.line)).toEqual([5, 101, 102, 202, 302, 402, 501]);
    expect(decided.ok ? '' : faultInWords(decided.error[4] ?? decided.error[0])).toBe('DUPLICATE racks.300.name line 302 value=R1 other=3');
  });
});
