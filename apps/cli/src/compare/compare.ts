import { stringify } from 'yaml';
import { EXIT, Stop } from '../shared/exit.ts';
import { readForm } from '../shared/form.ts';
import { listAll, problemText, query, text, type Row } from '../shared/graphql.ts';
import { openSession, type GlobalOptions, type Session } from '../shared/session.ts';
import { environment } from '../shared/environment.ts';
import { say } from '../shared/words.ts';
import { question } from './file.ts';

const SHARE = '{ numerator denominator }';
const MEASURES = `capacityMbps capacityAfterLossMbps carriers latencyUs linksMinor worstResponseMinutes costMinor carbonG
  years { year facilityW availableW neededMbps energyKWh energyMinor hostingMinor trafficMinor totalMinor carbonG }`;
const WARNING = '{ code message suggestion }';
/** Everything that the door says of a comparison. */
export const SELECTION = `from to currency winner dominant ranking { rank totalMilli level datacenter { id code name } scores { criterion scoreMilli } measures { ${MEASURES} } warnings ${WARNING} assumed }
  excluded { datacenter { id code name } missing ${WARNING} } sensitivity { criterion share ${SHARE} from ${SHARE} to ${SHARE} below above }
  smallestFlip { criterion direction at ${SHARE} distance ${SHARE} winner } note`;

/** `cadastre compare -f FILE`: the decision note as Markdown, or everything that it was made from as JSON or YAML. */
export const compare = async (options: GlobalOptions & { readonly file: string }): Promise<void> => {
  const session = await openSession({ ...options, door: 'provider' }, environment, 'provider');
  const { comparison: _, sites, ...asked } = readForm(question, options.file, session.lang);
  const ids = await datacenterIds(session);
  const named = sites.map(({ datacenter, ...assumptions }) => {
    const datacenterId = ids.get(datacenter);
    if (datacenterId === undefined) throw new Stop(EXIT.usage, say(session.lang, 'unknownReference', 'datacenter', datacenter));
    return { ...assumptions, datacenterId };
  });
  const document = `query ($input: CompareSitesInput!) { compareSites(input: $input) { ... on Problem { code message suggestion path } ... on ValidationFailed { faults { message suggestion path line } } ... on SiteComparison { ${SELECTION} } } }`;
  const found = (await query(session, document, { input: { ...asked, sites: named } }))['compareSites'] as Row;
  if (typeof found['code'] === 'string') throw new Stop(EXIT.refused, problemText(found));
  const { note, ...rest } = found;
  process.stdout.write(session.output === 'json' ? `${JSON.stringify(rest, null, 2)}\n` : session.output === 'yaml' ? stringify(rest) : text(note));
};

const datacenterIds = async (session: Session): Promise<ReadonlyMap<string, string>> =>
  new Map((await listAll(session, 'datacenters', 'id code region { code }')).map(d => [`${text((d['region'] as Row)['code'])}/${text(d['code'])}`, text(d['id'])]));
