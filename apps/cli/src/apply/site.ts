import { EXIT, Stop } from '../shared/exit.ts';
import { listAll, text, type Row } from '../shared/graphql.ts';
import { say } from '../shared/words.ts';
import { declare, type Declaring } from './declare.ts';
import type { Programme } from './file.ts';

type Region = Programme['regions'][number];
type Datacenter = Region['datacenters'][number];

export const applyCarriers = async (run: Declaring, carriers: Programme['carriers']): Promise<void> => {
  const updatable = ['name', 'assumed'];
  for (const c of carriers) await declare(run, { noun: 'carrier', list: 'carriers', key: 'code', selection: `id code generation ${updatable.join(' ')}`, wanted: c, updatable });
};

export const applyStaff = async (run: Declaring, datacenterId: string, staff: Datacenter['staff']): Promise<void> => {
  const updatable = ['skill', 'days', 'fromMinute', 'toMinute', 'responseMinutes', 'assumed'];
  for (const c of staff) {
    await declare(run, { noun: 'staffCoverage', list: 'staffCoverages', key: 'name', selection: `id name generation ${updatable.join(' ')}`, wanted: { ...c, datacenterId }, updatable, within: { datacenterId } });
  }
};

/** After every datacenter of the file: a link may end in one that stands further down. */
export const applyLinks = async (run: Declaring, regions: readonly Region[]): Promise<void> => {
  if (!regions.some(r => r.datacenters.some(d => d.links.length > 0))) return;
  const datacenterIds = idsBy(await listAll(run.session, 'datacenters', 'id code region { code }'), d => `${text((d['region'] as Row)['code'])}/${text(d['code'])}`);
  const carrierIds = idsBy(await listAll(run.session, 'carriers', 'id code'), c => text(c['code']));
  const known = (ids: ReadonlyMap<string, string>, key: string, code: string): string => {
    const id = ids.get(code);
    if (id === undefined) throw new Stop(EXIT.usage, say(run.session.lang, 'unknownReference', key, code));
    return id;
  };
  const updatable = ['kind', 'capacityMbps', 'latencyUs', 'monthlyPriceMinor', 'currency', 'assumed'];
  for (const r of regions) for (const d of r.datacenters) for (const { carrier, toDatacenter, ...link } of d.links) {
    const datacenterId = known(datacenterIds, 'datacenter', `${r.code}/${d.code}`);
    const far = toDatacenter === undefined ? {} : { toDatacenterId: known(datacenterIds, 'toDatacenter', toDatacenter.includes('/') ? toDatacenter : `${r.code}/${toDatacenter}`) };
    await declare(run, {
      noun: 'link', list: 'links', key: 'name', selection: `id name generation ${updatable.join(' ')}`, updatable, within: { datacenterId },
      wanted: { ...link, ...far, datacenterId, carrierId: known(carrierIds, 'carrier', carrier) },
    });
  }
};

const idsBy = (rows: readonly Row[], key: (row: Row) => string): ReadonlyMap<string, string> => new Map(rows.map(row => [key(row), text(row['id'])]));
