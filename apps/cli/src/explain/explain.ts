import type { Lang } from '@cadastre/platform/locale';
import { environment } from '../shared/environment.ts';
import { EXIT, Stop } from '../shared/exit.ts';
import { findId } from '../shared/find.ts';
import { query, text, type Row } from '../shared/graphql.ts';
import { at } from '../shared/column.ts';
import { printObject } from '../shared/output.ts';
import { openSession, type Door, type GlobalOptions, type Session } from '../shared/session.ts';
import { say } from '../shared/words.ts';

const REASONS = 'reasons { reason message candidates numbers { name value } }';
const COMMON = `id subject outcome headline engineVersion policyVersion wouldFit forEver topology createdAt region { code }
  request { projectId shape orShapes count at leaseEnd legalScope { jurisdictions certifications dataClass } datacenterId gpusPerInstance milliGpu topology { level required } purpose interruptible reservationId }
  ${REASONS} counterfactuals { change count shape datacenter level at because leaseEnd sentence }`;
/** What each door lets its reader see. */
export const DECISION: Readonly<Record<Door, string>> = {
  tenant: `${COMMON} groups { datacenter shape machines free ${REASONS} } placements { datacenter shape gpus milliGpu cpuMilli ramMiB watts }`,
  provider: `${COMMON} ledgerIndex organisation { code } groups { datacenter poolId shape machines free ${REASONS} }
    placements { datacenter shape gpus milliGpu cpuMilli ramMiB watts machineId rackId poolId score { name value } }`,
};

/** `cadastre explain DECISION|INSTANCE|PLAN`: why it was placed, or what stood in the way and what would do instead. */
export const explain = async (which: string, options: GlobalOptions): Promise<void> => {
  const session = await openSession(options, environment, 'tenant');
  const id = await decisionOf(session, which);
  const data = await query(session, `query ($id: ID!) { decision(id: $id) { ${DECISION[session.door]} } }`, { id });
  const decision = data['decision'] as Row | null;
  if (decision === null) throw new Stop(EXIT.refused, say(session.lang, 'notFound', which));
  if (session.output !== 'table') printObject(process.stdout, decision, session.output);
  else process.stdout.write(decisionText(decision, session.lang));
};

/** Of an instance or a plan the decision that made it; of a name, an instance's. */
const decisionOf = async (session: Session, which: string): Promise<string> => {
  if (which.startsWith('decision_')) return which;
  const plan = which.startsWith('plan_');
  const id = plan ? which : await findId(session, 'gpuInstances', which, 'name');
  const found = (await query(session, `query ($id: ID!) { found: ${plan ? 'plan' : 'gpuInstance'}(id: $id) { decisionId } }`, { id }))['found'] as Row | null;
  if (found === null) throw new Stop(EXIT.refused, say(session.lang, 'notFound', which));
  return text(found['decisionId']);
};

const rowsOf = (row: Row, field: string): readonly Row[] => (row[field] ?? []) as readonly Row[];

/** A decision as a person reads it: what was asked, every reason with its numbers, what was looked at, and what would do instead. */
export const decisionText = (d: Row, lang: Lang): string => {
  const t = (fr: string, en: string): string => (lang === 'fr' ? fr : en);
  const request = d['request'] as Row;
  const ledger = d['ledgerIndex'] === undefined ? '' : t(`, grand livre ${text(d['ledgerIndex'])}`, `, ledger ${text(d['ledgerIndex'])}`);
  const remedies = rowsOf(d, 'counterfactuals');
  const section = (title: string, lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : [title, ...lines]);
  return [
    `${text(d['id'])}  ${text(d['outcome'])}  ${text(d['createdAt'])}  (${t('moteur', 'engine')} ${text(d['engineVersion'])}, ${t('règles', 'policy')} ${text(d['policyVersion'])}${ledger})`,
    `${t('Demande :', 'Request:')} ${askedText(request, t)}`,
    ...section(t('Raisons, dans l’ordre', 'Reasons, in order'), rowsOf(d, 'reasons').flatMap((r, n) => [`  ${String(n + 1)}. ${at('reason')(r)} — ${at('message')(r)}`, ...numbersText(r, lang)])),
    ...section(t('Ce qui a été regardé', 'What was looked at'), rowsOf(d, 'groups').map(g => groupText(g, t))),
    ...section(t('Placées', 'Placed'), rowsOf(d, 'placements').map(p => placementText(p))),
    ...section(t('Aurait été accepté, du plus petit changement au plus grand', 'Would have been accepted, the smallest change first'), remedies.map(c => `  → ${at('sentence')(c)}`)),
    ...(d['forEver'] === true ? [t('Attendre n’y changera rien.', 'Waiting changes nothing.')] : []), '',
  ].join('\n');
};

type Say = (fr: string, en: string) => string;
const askedText = (r: Row, t: Say): string => {
  const law = r['legalScope'] as Row;
  const parts = [
    `${text(r['count'])} × ${[text(r['shape']), ...((r['orShapes'] ?? []) as readonly string[])].join(t(' ou ', ' or '))}`, r['gpusPerInstance'] == null ? '' : `${text(r['gpusPerInstance'])} GPU`,
    r['milliGpu'] == null ? '' : `${text(r['milliGpu'])} mGPU`, t(`du ${text(r['at'])} au ${text(r['leaseEnd'])}`, `from ${text(r['at'])} to ${text(r['leaseEnd'])}`),
    at('topology.level')(r), at('jurisdictions')(law), at('certifications')(law), law['dataClass'] === 'ORDINARY' ? '' : text(law['dataClass']),
  ];
  return parts.filter(x => x !== '').join(', ');
};

const numbersText = (r: Row, lang: Lang): readonly string[] => {
  const all = rowsOf(r, 'numbers').map(x => `${at('name')(x)} ${new Intl.NumberFormat(lang).format(Number(x['value']))}`);
  return all.length === 0 ? [] : [`     ${all.join(' · ')}`];
};
const groupText = (g: Row, t: Say): string => {
  const why = rowsOf(g, 'reasons').map(r => `${at('reason')(r)} (${at('candidates')(r)})`).join(', ');
  const where = [at('datacenter')(g) || t('hors groupe', 'in no pool'), at('poolId')(g)].filter(x => x !== '').join(' ');
  return `  ${where} ${at('shape')(g)}: ${at('machines')(g)} machines, ${at('free')(g)} ${t('libres', 'free')}${why === '' ? '' : ` — ${why}`}`;
};
const placementText = (p: Row): string => {
  const size = p['milliGpu'] == null ? `${text(p['gpus'])} GPU` : `${text(p['milliGpu'])} mGPU`;
  const score = rowsOf(p, 'score').map(s => `${at('name')(s)} ${at('value')(s)}`).join(', ');
  return `  ${[at('datacenter')(p), at('shape')(p), size, `${text(p['watts'])} W`, at('rackId')(p), at('machineId')(p), score].filter(x => x !== '').join('  ')}`;
};
