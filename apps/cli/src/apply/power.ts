import { keyOf, listAll, mutate, text, type Row } from '../shared/graphql.ts';
import type { Declaring, Done } from './declare.ts';
import { difference } from './difference.ts';
import type { Programme } from './file.ts';

type Datacenter = Programme['regions'][number]['datacenters'][number];

const WHAT = { create: 'created', update: 'updated', unchanged: 'unchanged' } as const;
/** What the file wants of each object by its name, against what is there. */
const compared = (wanted: readonly Row[], found: readonly Row[], fields: readonly string[]): readonly Omit<Done, 'noun'>[] =>
  wanted.map(w => ({ name: text(w['name']), what: WHAT[difference(w, found.find(f => f['name'] === w['name']), fields).kind] }));

// Neither input has a generation: what was there makes the key, so that going back to an older file is another act than the first time.
const keyed = (field: string, input: Row, found: readonly Row[]): Row => ({ ...input, idempotencyKey: keyOf(field, { input, found }) });

const NODE = ['kind', 'parent', 'side', 'capacityW', 'deratingPct', 'assumed'] as const;

/** The tree in one act, whatever the order of the file: only together do its nodes make sense. Nodes that the file does not name stay. */
export const applyPowerNodes = async (run: Declaring, datacenterId: string, nodes: Datacenter['powerNodes']): Promise<void> => {
  if (nodes.length === 0) return;
  const wanted: readonly Row[] = nodes.map(n => ({ deratingPct: 0, assumed: [], ...n, parent: n.parent ?? null }));
  const found = (await listAll(run.session, 'powerNodes', 'id name kind parentName side capacityW deratingPct assumed generation', { datacenterId })).map(({ parentName, ...n }): Row => ({ ...n, parent: parentName }));
  const done = compared(wanted, found, NODE).map((d): Done => ({ noun: 'powerNode', ...d }));
  if (done.some(d => d.what !== 'unchanged')) {
    await mutate(run.session, 'importPowerNodes', keyed('importPowerNodes', { datacenterId, nodes: wanted }, found), '... on PowerNodesImported { created }');
  }
  for (const d of done) run.report(d);
};

const PHASE = ['contractedW', 'state', 'from', 'to', 'evidence', 'assumed'] as const;

/** The calendar in one act: no order of steps would be allowed at each step. */
export const applyCalendar = async (run: Declaring, datacenterId: string, phases: Datacenter['phases']): Promise<void> => {
  if (phases === undefined) return;
  const wanted: readonly Row[] = phases.map(p => ({ assumed: [], ...p, to: p.to ?? null, evidence: p.evidence ?? null }));
  const found = await listAll(run.session, 'powerPhases', 'id name contractedW state from to evidence { document sha256 } assumed generation', { datacenterId });
  const gone = found.filter(f => !wanted.some(w => w['name'] === f['name'])).map(f => ({ name: text(f['name']), what: 'removed' as const }));
  const done = [...compared(wanted, found, PHASE), ...gone].map((d): Done => ({ noun: 'powerPhase', ...d }));
  if (done.some(d => d.what !== 'unchanged')) {
    await mutate(run.session, 'setPowerCalendar', keyed('setPowerCalendar', { datacenterId, phases: wanted }, found), '... on PowerCalendarAccepted { created }');
  }
  for (const d of done) run.report(d);
};
