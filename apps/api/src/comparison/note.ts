import { CRITERIA, type Criterion, type ScoredSite, type SiteComparison, type SiteMeasures, type WeightRange, type Workload } from '@cadastre/domain/comparison';
import type { Lang } from '@cadastre/platform/locale';
import { problemData } from '../shared/problems.ts';
import { figures, type Figures } from './figures.ts';
import { WORDS, type Words } from './words.ts';

interface Page {
  readonly lang: Lang;
  readonly w: Words;
  readonly f: Figures;
  readonly c: SiteComparison;
}

/** A comparison as a page that somebody signs: question, result, scores, where they come from, what the weights do, what was assumed. Markdown. */
export const noteOf = (lang: Lang, c: SiteComparison): string => {
  const page: Page = { lang, w: WORDS[lang], f: figures(lang, c.currency), c };
  const parts = [question, result, excluded, scores, measures, cost, weights, watch, assumptions];
  return `# ${page.w.title.replace('{name}', cell(c.workload.name))}\n\n${parts.map(part => part(page)).filter(text => text !== '').join('\n\n')}\n`;
};

/** A name may hold what Markdown would take for a table or a heading. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => [head, head.map(() => '---'), ...rows].map(r => `| ${r.map(cell).join(' | ')} |`).join('\n');
const section = (heading: string, ...body: readonly string[]): string => [`## ${heading}`, ...body.filter(b => b !== '')].join('\n\n');
const list = (lines: readonly string[]): string => lines.map(l => `- ${l}`).join('\n');
const name = (c: SiteComparison, code: string): string => c.ranking.find(s => s.code === code)?.name ?? code;

const question = ({ w, f, c: { workload } }: Page): string => {
  const { years, legalScope: { jurisdictions, certifications, dataClass }, skill, requiredResponseMinutes: limit } = workload;
  const counted = years.some(y => y.gpus !== undefined);
  return section(
    w.heading.question,
    [
      w.text.asks(w.purpose[workload.purpose], w.tenantClass[workload.tenantClass], years[0]?.year ?? 0, years.at(-1)?.year ?? 0),
      w.text.law(jurisdictions.join(', ') || w.text.any, certifications.join(', ') || w.text.nothing, w.dataClass[dataClass]), w.text.response(skill ?? w.text.any, limit === undefined ? w.text.any : f.minutes(limit)),
    ].join('\n'),
    table([w.head.year, ...(counted ? [w.head.gpus] : []), w.head.it, w.head.dataIn, w.head.dataOut],
      years.map(y => [String(y.year), ...(counted ? [y.gpus === undefined ? '' : f.whole(y.gpus)] : []), f.watts(y.itW), f.terabytes(y.dataInTb), f.terabytes(y.dataOutTb)])),
  );
};

const result = ({ w, f, c }: Page): string => {
  const [first, ...others] = c.ranking;
  if (first === undefined) return section(w.heading.result, w.text.none);
  if (others.length === 0) return section(w.heading.result, w.text.alone(first.name));
  const level = c.ranking.filter(s => s.level);
  return section(
    w.heading.result, w.text.winner(first.name, f.whole(first.totalMilli), others.map(o => `, ${o.name} ${f.whole(o.totalMilli)}`).join('')), first.level ? w.text.level(level.map(s => s.name).join(', ')) : '',
    c.dominant ? w.text.dominant : w.text.notDominant,
  );
};

const excluded = ({ lang, w, c }: Page): string =>
  c.excluded.length === 0 ? '' : section(w.heading.excluded, list(c.excluded.flatMap(e => e.missing.map(p => sentence(lang, e.name, problemData(lang, p))))));
const sentence = (lang: Lang, site: string, { message, suggestion }: { readonly message: string; readonly suggestion: string }): string => `**${site}**${lang === 'fr' ? ' :' : ':'} ${message} ${suggestion}`;

const shareOf = ({ weights: given }: SiteComparison, criterion: Criterion) => ({ numerator: given[criterion], denominator: CRITERIA.reduce((n, c) => n + given[c], 0) });

const scores = ({ w, f, c }: Page): string => {
  if (c.ranking.length === 0) return '';
  const rows = CRITERIA.map(k => [w.criteria[k], f.percent(shareOf(c, k), 'NEAREST'), ...c.ranking.map(s => f.whole(s.scores[k]))]);
  return section(w.heading.scores, table([w.head.criterion, w.head.weight, ...c.ranking.map(s => s.name)], [...rows, [`**${w.head.total}**`, '', ...c.ranking.map(s => `**${f.whole(s.totalMilli)}**`)]]), w.text.scale);
};

const measures = ({ w, f, c }: Page): string => {
  if (c.ranking.length === 0) return '';
  const row = (title: string, value: (m: SiteMeasures) => string): readonly string[] => [title, ...c.ranking.map(s => value(s.measures))];
  const power = c.workload.years.map((y, n) => row(w.measure.power.replace('{year}', String(y.year)), m => w.text.of(f.watts(m.years[n]?.facilityW ?? 0), f.watts(m.years[n]?.availableW ?? 0))));
  return section(w.heading.measures, table([w.head.measure, ...c.ranking.map(s => s.name)], [
    row(w.measure.capacity, m => f.mbps(m.capacityMbps)), row(w.measure.afterLoss, m => f.mbps(m.capacityAfterLossMbps)), row(w.measure.carriers, m => f.whole(m.carriers)),
    row(w.measure.latency, m => (m.latencyUs === undefined ? '–' : f.milliseconds(m.latencyUs))), row(w.measure.links, m => f.money(m.linksMinor)), row(w.measure.response, m => response(w, f, m, c.workload)),
    ...power, row(w.measure.cost, m => f.money(m.costMinor)), row(w.measure.carbon, m => f.tonnes(m.carbonG)),
  ]));
};

const response = (w: Words, f: Figures, { worstResponseMinutes: have }: SiteMeasures, { requiredResponseMinutes: need }: Workload): string =>
  have === undefined ? w.text.nobody : need === undefined ? f.minutes(have) : w.text.outOf(f.minutes(have), f.minutes(need));

const cost = ({ w, f, c }: Page): string => {
  if (c.ranking.length === 0) return '';
  const rows = c.workload.years.map((y, n) => [String(y.year), ...c.ranking.map(s => f.money(s.measures.years[n]?.totalMinor ?? 0))]);
  return section(w.heading.cost, table([w.head.year, ...c.ranking.map(s => s.name)], [...rows, [`**${w.head.total}**`, ...c.ranking.map(s => `**${f.money(s.measures.costMinor)}**`)]]), w.text.costs);
};

const weights = ({ w, f, c }: Page): string => {
  const [first] = c.ranking;
  if (first === undefined || c.sensitivity.length === 0) return '';
  const rows = c.sensitivity.map(r => [w.criteria[r.criterion], f.percent(r.share, 'NEAREST'), r.below === undefined && r.above === undefined ? w.text.always : w.text.range(f.percent(r.from, 'UP'), f.percent(r.to, 'DOWN')), beyond(w, f, c, r)]);
  const flip = c.smallestFlip;
  const from = flip === undefined ? undefined : c.sensitivity.find(r => r.criterion === flip.criterion)?.share;
  const said = flip === undefined || from === undefined ? w.text.noFlip
    : w.text.flip(w.criteria[flip.criterion], f.percent(from, 'NEAREST'), f.percent(flip.at, flip.direction === 'LESS' ? 'UP' : 'DOWN'), flip.direction, name(c, flip.winner));
  return section(w.heading.sensitivity, table([w.head.criterion, w.head.share, `${w.head.first} (${first.name})`, w.head.beyond], rows), said, w.text.exact);
};

const beyond = (w: Words, f: Figures, c: SiteComparison, r: WeightRange): string =>
  [...(r.below === undefined ? [] : [w.text.below(f.percent(r.from, 'UP'), name(c, r.below))]), ...(r.above === undefined ? [] : [w.text.above(f.percent(r.to, 'DOWN'), name(c, r.above))])].join(', ') || '–';

const watch = ({ lang, w, c }: Page): string => {
  const lines = c.ranking.flatMap(s => s.warnings.map(p => sentence(lang, s.name, problemData(lang, p))));
  return lines.length === 0 ? '' : section(w.heading.watch, list(lines));
};

const assumptions = ({ w, f, c }: Page): string => {
  const line = ({ name: site, assumptions: a }: ScoredSite): string => {
    const said = [[w.assumption.energy, f.money(a.energyMinorPerMWh)], [w.assumption.hosting, f.money(a.hostingMinorPerKWMonth)], [w.assumption.traffic, f.money(a.trafficMinorPerTbOut)], [w.assumption.grid, f.whole(a.gridGramsPerKwh)]] as const;
    return `**${site}** – ${said.map(([text, value]) => text.replace('{value}', value)).join(', ')}`;
  };
  return c.ranking.length === 0 ? '' : section(w.heading.assumptions, w.assumption.intro, list(c.ranking.map(line)), w.assumption.declared, list(c.ranking.flatMap(s => s.assumed.map(a => `${s.name} – \`${a}\``))));
};
