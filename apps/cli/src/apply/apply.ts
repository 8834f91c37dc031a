import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { EXIT, Stop } from '../shared/exit.ts';
import { listAll, mutate, type Row } from '../shared/graphql.ts';
import { openSession, type GlobalOptions, type Session } from '../shared/session.ts';
import { say } from '../shared/words.ts';
import { applyCertifications } from './certifications.ts';
import { declare, type Declaring, type Done } from './declare.ts';
import { difference } from './difference.ts';
import { readProgramme, type Programme, type RackGroup } from './file.ts';
import { applyCalendar, applyPowerNodes } from './power.ts';
import { applyQuotas } from './quotas.ts';
import { applyCarriers, applyLinks, applyStaff } from './site.ts';
import { environment } from '../shared/environment.ts';
import { text } from '../shared/graphql.ts';

export interface ApplyOptions extends GlobalOptions {
  readonly file: string;
  readonly kubeconfig?: string;
}

type Region = Programme['regions'][number];
type Datacenter = Region['datacenters'][number];
type Hall = Datacenter['halls'][number];
type Cluster = Datacenter['clusters'][number];

interface Run extends Declaring {
  readonly options: ApplyOptions;
  readonly shapeIds: Map<string, string>;
}

/** `cadastre apply -f FILE`: declares what the file holds, in the order of dependence. Applying it again changes nothing. */
export const apply = async (options: ApplyOptions): Promise<void> => {
  const session = await openSession({ ...options, door: 'provider' }, environment, 'provider');
  const wanted = readProgramme(options.file, session.lang);
  const all: Done[] = [];
  const report = (done: Done): void => {
    all.push(done);
    if (session.output === 'table') process.stdout.write(`${say(session.lang, done.what).padEnd(10)} ${done.noun} ${done.name}\n`);
  };
  const run: Run = { session, options, report, shapeIds: new Map() };
  await applyOrganisations(run, wanted.organisations);
  for (const s of wanted.shapes) {
    const updatable = ['sliceProfiles', 'peakFp16Tflops', 'pricePerHourMinor', 'idleW', 'maxW', 'assumed'];
    await declare(run, { noun: 'shape', list: 'shapes', key: 'code', selection: `id code generation ${updatable.map(f => (f === 'sliceProfiles' ? 'sliceProfiles { name milliGpu memoryMiB }' : f)).join(' ')}`, wanted: s, updatable });
  }
  for (const row of await listAll(session, 'shapes', 'id code')) run.shapeIds.set(text(row['code']), text(row['id']));
  await applyCarriers(run, wanted.carriers);
  for (const r of wanted.regions) await applyRegion(run, r);
  await applyLinks(run, wanted.regions);
  if (session.output === 'json') process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
  if (session.output === 'yaml') process.stdout.write(stringify(all));
};

/** Members before their consortium. Neither changes afterwards. */
const applyOrganisations = async (run: Run, organisations: Programme['organisations']): Promise<void> => {
  const ids = new Map<string, string>();
  const known = (code: string): string => {
    const id = ids.get(code);
    if (id === undefined) throw new Stop(EXIT.usage, say(run.session.lang, 'unknownReference', 'members', code));
    return id;
  };
  for (const { members, ...o } of organisations) {
    const wanted = members === undefined ? o : { ...o, memberIds: members.map(known) };
    ids.set(o.code, await declare(run, { noun: 'organisation', list: 'organisations', key: 'code', selection: 'id code name generation', wanted, updatable: [] }));
  }
};

const applyRegion = async (run: Run, region: Region): Promise<void> => {
  const { datacenters, quotas, certifications, ...wanted } = region;
  const updatable = ['nameFr', 'nameEn', 'operatorName', 'capitalChain'];
  const regionId = await declare(run, { noun: 'region', list: 'regions', key: 'code', selection: `id code generation ${updatable.join(' ')}`, wanted, updatable });
  await applyCertifications(run, { regionId }, certifications);
  for (const d of datacenters) await applyDatacenter(run, { id: regionId, code: region.code }, d);
  await applyQuotas(run, regionId, quotas);
};

const applyDatacenter = async (run: Run, region: { readonly id: string; readonly code: string }, datacenter: Datacenter): Promise<void> => {
  const { halls, clusters, powerNodes, phases, staff, certifications, links: _, ...wanted } = datacenter;
  const updatable = ['name', 'buildingOwner', 'leaseFrom', 'leaseTo', 'admittedTenantClasses', 'pueMilli', 'feedLossTolerated', 'gridGramsPerKwh', 'logLocation', 'adminLocation', 'status', 'assumed'];
  const id = await declare(run, {
    noun: 'datacenter', list: 'datacenters', key: 'code', selection: `id code generation ${updatable.join(' ')}`, wanted: { ...wanted, regionId: region.id }, updatable, within: { regionId: region.id },
  });
  await applyCertifications(run, { datacenterId: id }, certifications);
  // Before racks: they name their feeds by the tree. Before machines: they draw power from the moment the allocator sees them.
  await applyPowerNodes(run, id, powerNodes);
  await applyCalendar(run, id, phases);
  for (const h of halls) await applyHall(run, id, h);
  await applyRacks(run, id, halls);
  await applyMachines(run, { id, serials: `SIM-${region.code}-${datacenter.code}` }, halls);
  for (const c of clusters) await applyCluster(run, id, c);
  await applyStaff(run, id, staff);
};

const applyHall = async (run: Run, datacenterId: string, hall: Hall): Promise<void> => {
  const { racks: _, ...wanted } = hall;
  const updatable = ['coolingKinds', 'coolingCapacityW', 'deratingPct', 'assumed'];
  await declare(run, {
    noun: 'hall', list: 'halls', key: 'name', selection: `id name generation ${updatable.join(' ')}`, wanted: { ...wanted, datacenterId }, updatable, within: { datacenterId },
  });
};

const RACK_UPDATABLE = ['row', 'position', 'units', 'maxPowerW', 'coolingKind', 'coolingCapacityW', 'feedA', 'feedB', 'state', 'assumed'];

/** New racks go in one import, all or none; existing ones are changed one by one. */
const applyRacks = async (run: Run, datacenterId: string, halls: readonly Hall[]): Promise<void> => {
  const wanted = halls.flatMap(h => h.racks.flatMap(group => racksOf(h.name, group)));
  const selection = `id name hall { name } generation ${RACK_UPDATABLE.join(' ')}`;
  const found = await listAll(run.session, 'racks', selection, { datacenterId });
  const news: Row[] = [];
  for (const w of wanted) {
    const old = found.find(f => f['name'] === w['name'] && (f['hall'] as Row)['name'] === w['hall']);
    const diff = difference(w, old, RACK_UPDATABLE);
    if (diff.kind === 'create') news.push(w);
    if (diff.kind === 'update' && old !== undefined) await mutate(run.session, 'updateRack', { ...diff.changed, id: old['id'], generation: old['generation'] }, '... on RackAccepted { rack { id } }');
    if (diff.kind !== 'create') run.report({ noun: 'rack', name: `${text(w['hall'])}/${text(w['name'])}`, what: diff.kind === 'update' ? 'updated' : 'unchanged' });
  }
  if (news.length === 0) return;
  await mutate(run.session, 'importRacks', { datacenterId, format: 'YAML', content: stringify({ racks: news }, { aliasDuplicateObjects: false }) }, '... on RacksImported { count }');
  for (const n of news) run.report({ noun: 'rack', name: `${text(n['hall'])}/${text(n['name'])}`, what: 'created' });
};

const racksOf = (hall: string, group: RackGroup): Row[] => {
  const { names, machines: _, position, ...rest } = group;
  return names.map((name, i) => ({ ...rest, hall, name, position: position + i }));
};

/** `serials`: what they begin with. A serial is unique among all machines, and racks of two sites have the same names. */
const applyMachines = async (run: Run, { id: datacenterId, serials }: { readonly id: string; readonly serials: string }, halls: readonly Hall[]): Promise<void> => {
  const racks = await listAll(run.session, 'racks', 'id name hall { name }', { datacenterId });
  const found = new Set((await listAll(run.session, 'machines', 'id name', { datacenterId })).map(m => text(m['name'])));
  const news = halls.flatMap(h => h.racks.flatMap(g => g.names.flatMap(rack => machinesOf(run, racks, { serials, hall: h.name, rack }, g)))).filter(m => !found.has(m.name));
  if (news.length === 0) return void run.report({ noun: 'machines', name: String(found.size), what: 'unchanged' });
  await mutate(run.session, 'createMachines', { machines: news }, '... on MachinesAccepted { count }');
  run.report({ noun: 'machines', name: String(news.length), what: 'created' });
};

const machinesOf = (run: Run, racks: readonly Row[], { serials, hall, rack }: Readonly<Record<'serials' | 'hall' | 'rack', string>>, group: RackGroup) => {
  const { machines } = group;
  if (machines === undefined) return [];
  const rackId = racks.find(r => r['name'] === rack && (r['hall'] as Row)['name'] === hall)?.['id'];
  const base = `${hall}-${rack}`.toLowerCase();
  return Array.from({ length: machines.perRack }, (_, i) => ({
    rackId, shapeId: shapeId(run, machines.shape), name: `${base}-m${String(i + 1).padStart(2, '0')}`, serial: `${serials}-${base}-${i + 1}`.toUpperCase(), simulated: machines.simulated,
    ...(machines.nvlinkDomain === undefined ? {} : { nvlinkDomain: base }),
  }));
};

const shapeId = (run: Run, code: string): string => {
  const id = run.shapeIds.get(code);
  if (id === undefined) throw new Stop(EXIT.usage, say(run.session.lang, 'unknownReference', 'shape', code));
  return id;
};

const applyCluster = async (run: Run, datacenterId: string, cluster: Cluster): Promise<void> => {
  const { pools, kubeconfigFile, ...wanted } = cluster;
  const { session } = run;
  const found = (await listAll(session, 'clusters', 'id name', { datacenterId })).find(c => c['name'] === cluster.name);
  let id = found === undefined ? undefined : text(found['id']);
  if (id === undefined) {
    const file = run.options.kubeconfig ?? kubeconfigFile;
    if (file === undefined) throw new Stop(EXIT.usage, say(session.lang, 'needsKubeconfig', cluster.name));
    const accepted = await mutate(session, 'registerCluster', { ...wanted, datacenterId, kubeconfig: read(file, session) }, '... on ClusterAccepted { cluster { id } }');
    id = text((accepted['cluster'] as Row)['id']);
  }
  run.report({ noun: 'cluster', name: cluster.name, what: found === undefined ? 'created' : 'unchanged' });
  for (const p of pools) await applyPool(run, id, p);
};

const read = (file: string, session: Session): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (e) {
    throw new Stop(EXIT.usage, say(session.lang, 'unreadable', file, (e as Error).message));
  }
};

/** Of an existing pool only the target is applied: that is what `scaleNodePool` is for. */
const applyPool = async (run: Run, clusterId: string, pool: Cluster['pools'][number]): Promise<void> => {
  const { shape, ...wanted } = pool;
  const found = (await listAll(run.session, 'nodePools', 'id name target generation', { clusterId })).find(p => p['name'] === pool.name);
  const diff = difference(wanted, found, ['target']);
  if (diff.kind === 'create') await mutate(run.session, 'createNodePool', { ...wanted, clusterId, shapeId: shapeId(run, shape) }, '... on NodePoolAccepted { nodePool { id } }');
  if (diff.kind === 'update') await mutate(run.session, 'scaleNodePool', { id: found?.['id'], generation: found?.['generation'], target: pool.target }, '... on NodePoolAccepted { nodePool { id } }');
  run.report({ noun: 'pool', name: pool.name, what: diff.kind === 'create' ? 'created' : diff.kind === 'update' ? 'updated' : 'unchanged' });
};
