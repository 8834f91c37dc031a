import { beforeAll, describe, expect, it } from 'vitest';
import { operator, type Data } from '../testing/operator.ts';
import { declareSite, RACK, type DeclaredSite } from '../testing/site.ts';
import { importRacks, listRacks } from './rack.commands.ts';

const door = operator();
let site: DeclaredSite;
beforeAll(async () => { site = await declareSite(door, 'fr-racks'); });

const IMPORTED = '... on RacksImported { count rackIds receipt { auditEventId } }';
const HEADER = 'hall;name;row;position;units;maxPowerW;coolingKind;coolingCapacityW;feedA;feedB;state';
const line = (name: string, over: Readonly<Record<string, string>> = {}): string => {
  const row: Record<string, string> = { hall: 'H1', name, row: 'A', position: '1', units: '48', maxPowerW: '150000', coolingKind: 'COLD_PLATE', coolingCapacityW: '150000', feedA: 'A1', feedB: '', state: 'INSTALLED', ...over };
  return HEADER.split(';').map(field => row[field]).join(';');
};
const csv = (lines: readonly string[]): string => [HEADER, ...lines].join('\n');
const named = (prefix: string, n: number): readonly string[] => Array.from({ length: n }, (_, i) => `${prefix}${String(i)}`);
const importing = (content: string, more: object = {}) => door.mutate('importRacks', { datacenterId: site.datacenterId, format: 'CSV', content, ...more }, IMPORTED);
const count = async (): Promise<number> => Number(((await door.ask('query($id: ID) { racks(datacenterId: $id, first: 1) { totalCount } }', { id: site.datacenterId }))['racks'] as Data)['totalCount']);
const auditOf = (type: string) => door.rows('SELECT outcome, convert_from(body, \'UTF8\')::json AS body FROM audit_event WHERE type = $1 ORDER BY seq', [type]);

describe('importRacks', () => {
  it('writes 500 racks of a CSV file in one call, with one audit event and a wake-up each', async () => {
    const before = await count();
    const answer = await importing(csv(named('C', 500).map(n => line(n))));
    expect(answer).toMatchObject({ __typename: 'RacksImported', count: 500, rackIds: { length: 500 } });
    expect(await count()).toBe(before + 500);
    const [event] = (await auditOf('dcim.rack.import')).slice(-1);
    expect(event).toMatchObject({ outcome: 'success', body: { numbers: { racks: 500, maxPowerW: 75_000_000 }, target: { kind: 'datacenter', id: site.datacenterId } } });
    expect(answer['receipt']).toMatchObject({ auditEventId: (event?.['body'] as Data)['id'] });
    expect(await door.rows("SELECT count(*) AS n FROM outbox WHERE noun = 'rack' AND verb = 'created' AND region_code = 'fr-racks' AND object_id = ANY($1)", [answer['rackIds']])).toEqual([{ n: 500 }]);
    // The ids are in the order of the file.
    const [first, last] = [(answer['rackIds'] as string[])[0], (answer['rackIds'] as string[])[499]];
    expect(await door.rows('SELECT name FROM rack WHERE id = ANY($1) ORDER BY id', [[first, last]])).toEqual([{ name: 'C0' }, { name: 'C499' }]);
  });

  it('writes 500 racks of a YAML file', async () => {
    const rows = named('Y', 500).map(n => `  - {hall: H1, name: ${n}, row: B, position: 2, units: 48, maxPowerW: 60000, coolingKind: REAR_DOOR, coolingCapacityW: 60000, state: PLANNED, assumed: [units]}`);
    expect(await importing(`racks:\n${rows.join('\n')}\n`, { format: 'YAML' })).toMatchObject({ __typename: 'RacksImported', count: 500 });
    expect(await door.rows("SELECT max_power_w, cooling_kind::text, feed_a, assumed FROM rack WHERE name = 'Y7'")).toEqual([{ max_power_w: 60_000, cooling_kind: 'REAR_DOOR', feed_a: null, assumed: ['units'] }]);
  });

  it('refuses 500 racks with 7 faulty lines: seven faults with their lines, nothing written, the refusal audited', async () => {
    const before = await count();
    const bad: Readonly<Record<number, Readonly<Record<string, string>>>> = {
      3: { maxPowerW: '-1' }, 99: { units: '1.5' }, 100: { coolingKind: 'WATER' }, 200: { hall: 'H9' }, 300: { name: 'Z1' }, 400: { state: '' }, 499: { maxPowerW: '150001' },
    };
    const answer = await importing(csv(named('Z', 500).map((n, i) => line(n, bad[i]))));
    const faults = (answer['faults'] as readonly Data[]).map(f => `${String(f['line'])} ${String(f['code'])} ${(f['path'] as readonly string[]).at(-1) ?? ''}`);
    expect(answer['__typename']).toBe('ValidationFailed');
    expect(faults).toEqual([
      '5 BELOW_MINIMUM maxPowerW', '101 NOT_AN_INTEGER units', '102 UNKNOWN_VALUE coolingKind', '202 UNKNOWN_VALUE hall', '302 DUPLICATE name', '402 REQUIRED state', '501 RACK_POWER_LIMIT maxPowerW',
    ]);
    expect((answer['faults'] as readonly Data[])[6]?.['message']).toBe('maxPowerW is 150,001 W; a rack takes 1 W to 150,000 W.');
    expect(await count()).toBe(before);
    expect((await auditOf('dcim.rack.import')).at(-1)).toMatchObject({ outcome: 'failure', body: { reason: 'BELOW_MINIMUM' } });
  });

  it('refuses names that exist, line by line, and two faults of one file together', async () => {
    await importing(csv([line('E1'), line('E2')]));
    const answer = await importing(csv([line('E0'), line('E1'), line('E2')]));
    expect((answer['faults'] as readonly Data[]).map(f => [f['line'], f['code']])).toEqual([[3, 'ALREADY_EXISTS'], [4, 'ALREADY_EXISTS']]);
    expect(await door.rows("SELECT count(*) AS n FROM rack WHERE name = 'E0'")).toEqual([{ n: 0 }]);
  });

  it.each([
    { reason: 'one fault of a file is still told with its line', content: csv([line('L1', { units: '0' })]), said: { __typename: 'ValidationFailed', code: 'BELOW_MINIMUM', faults: [{ line: 2 }] } },
    { reason: 'a field nobody knows', content: 'racks:\n  - {nam: A}', more: { format: 'YAML' }, said: { code: 'UNKNOWN_FIELD', message: 'There is no field "nam" here.' } },
    { reason: 'a file that is no YAML', content: 'racks: [', more: { format: 'YAML' }, said: { code: 'UNPARSABLE_FILE' } },
    { reason: 'an empty file', content: '', said: { code: 'REQUIRED', path: ['content'] } },
    { reason: 'a datacenter that is not there', content: csv([line('L2')]), more: { datacenterId: 'datacenter_01h455vb4pex5vsknk084sn02q' }, said: { __typename: 'NotFound', path: ['datacenterId'] } },
    { reason: 'a datacenter that is none', content: csv([line('L3')]), more: { datacenterId: 'valence' }, said: { __typename: 'ValidationFailed', code: 'BAD_ID' } },
  ])('$reason', async ({ content, more, said }) => { expect(await importing(content, more)).toMatchObject(said); });

  it('answers a repeated key the same, and another file under that key with a conflict', async () => {
    const once = { idempotencyKey: 'import-once' };
    const [a, b] = [await importing(csv([line('I1')]), once), await importing(csv([line('I1')]), once)];
    expect(b).toEqual(a);
    expect(await importing(csv([line('I2')]), once)).toMatchObject({ __typename: 'IdempotencyConflict' });
    expect(await door.rows("SELECT count(*) AS n FROM rack WHERE name IN ('I1', 'I2')")).toEqual([{ n: 1 }]);
  });

  it('sent 20 times at once under one key writes once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => importing(csv([line('P1')]), { idempotencyKey: 'import-20' })));
    expect(new Set(answers.map(a => JSON.stringify(a))).size).toBe(1);
    expect(await door.rows("SELECT count(*) AS n FROM rack WHERE name = 'P1'")).toEqual([{ n: 1 }]);
  });
});

describe('the number of SQL statements', () => {
  const file = (prefix: string, n: number) => ({ idempotencyKey: prefix, datacenterId: site.datacenterId, format: 'CSV' as const, content: csv(named(prefix, n).map(name => line(name))) });
  it('does not depend on the number of rows of an import', async () => {
    const few = await door.statements(viewer => importRacks(viewer, file('Q', 2)));
    expect(await door.statements(viewer => importRacks(viewer, file('R', 1_000)))).toBe(few);
    // With their BEGINs: the look for the key 2, the look at the site 5, the transaction 5.
    expect(few).toBe(13);
  });
  it('does not depend on the size of a page', async () => {
    const few = await door.statements(viewer => listRacks(viewer, { first: 2 }, {}));
    expect(await door.statements(viewer => listRacks(viewer, { first: 100 }, {}))).toBe(few);
    // BEGIN, the rows, their number, what they use, and three floors above them.
    expect(few).toBe(7);
  });
});

describe('a rack', () => {
  const selection = '... on RackAccepted { rack { id name generation maxPowerW feedA usedPowerW machineCount hall { name datacenter { code region { code } } } } }';
  const make = (name: string, more: object = {}) => door.mutate('createRack', { ...RACK, hallId: site.hallId, name, ...more }, selection);

  it('of 150,001 W is refused with the limit named; of 150,000 W it stands, with everything above it', async () => {
    expect(await make('W1', { maxPowerW: 150_001 })).toMatchObject({ __typename: 'ValidationFailed', code: 'RACK_POWER_LIMIT', path: ['maxPowerW'], message: 'maxPowerW is 150,001 W; a rack takes 1 W to 150,000 W.' });
    expect(await make('W1')).toMatchObject({ rack: { generation: 1, usedPowerW: 0, machineCount: 0, hall: { name: 'H1', datacenter: { code: 'dc-1', region: { code: 'fr-racks' } } } } });
  });

  it('is told in French by default', async () => {
    const data = await door.ask(
      'mutation($input: CreateRackInput!) { createRack(input: $input) { ... on ValidationFailed { message } } }', { input: { ...RACK, idempotencyKey: 'fr', hallId: site.hallId, name: 'F1', maxPowerW: 150_001 } }, 'olivia', 'fr',
    );
    expect(String((data['createRack'] as Data)['message'])).toMatch(/150\s000 W/);
  });

  it('changed by two at once: the second is told', async () => {
    const id = String(((await make('G1'))['rack'] as Data)['id']);
    const change = (generation: number, feedA: string | null) => door.mutate('updateRack', { id, generation, feedA }, selection);
    const both = await Promise.all([change(1, 'BUS-1'), change(1, 'BUS-2')]);
    expect(both.map(a => a['__typename']).sort()).toEqual(['Conflict', 'RackAccepted']);
    expect(both.find(a => a['__typename'] === 'Conflict')).toMatchObject({ code: 'STALE_GENERATION', retryable: false });
    expect(await change(1, 'BUS-3')).toMatchObject({ __typename: 'Conflict', code: 'STALE_GENERATION', message: 'The rack was changed meanwhile: you read generation 1, it is at 2.' });
    expect(await change(2, null)).toMatchObject({ rack: { generation: 3, feedA: null } });
  });

  it('is not for an auditor to declare, but to read', async () => {
    expect(await door.mutate('createRack', { ...RACK, hallId: site.hallId, name: 'N1' }, selection, 'pascal')).toMatchObject({ __typename: 'Forbidden' });
    expect(await door.ask('{ racks(first: 1) { edges { node { name } } } }', {}, 'pascal')).toMatchObject({ racks: { edges: { length: 1 } } });
  });

  it('of a hall is listed page by page, in order, with the total', async () => {
    const page = async (after?: string) => (await door.ask('query($id: ID, $after: String) { racks(hallId: $id, first: 100, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { name } } } }', { id: site.hallId, after }))['racks'] as Data;
    const seen: string[] = [];
    let at: Data | undefined;
    do {
      at = await page((at?.['pageInfo'] as Data | undefined)?.['endCursor'] as string | undefined);
      seen.push(...(at['edges'] as readonly { readonly node: { readonly name: string } }[]).map(e => e.node.name));
    } while ((at['pageInfo'] as Data)['hasNextPage'] === true);
    expect(seen).toHaveLength(Number(at['totalCount']));
    expect(new Set(seen).size).toBe(seen.length);
    expect(await door.ask('{ racks(hallId: "nothing") { totalCount edges { cursor } } }')).toEqual({ racks: { totalCount: 0, edges: [] } });
  });
});
