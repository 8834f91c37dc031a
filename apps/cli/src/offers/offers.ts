import { query, type Row } from '../shared/graphql.ts';
import { at, printRows, type Column } from '../shared/output.ts';
import { openSession, type GlobalOptions } from '../shared/session.ts';
import { environment } from '../shared/environment.ts';

const SELECTION = `region { code } datacenter { code } shape { code gpuModel gpus } available free total simulated freshness at`;
const COLUMNS: readonly Column[] = [
  { title: { fr: 'FORME', en: 'SHAPE' }, value: at('shape.code') },
  { title: { fr: 'GPU', en: 'GPUS' }, value: at('shape.gpus') },
  { title: { fr: 'MODÈLE', en: 'MODEL' }, value: at('shape.gpuModel') },
  { title: { fr: 'RÉGION', en: 'REGION' }, value: at('region.code') },
  { title: { fr: 'SITE', en: 'SITE' }, value: at('datacenter.code') },
  { title: { fr: 'DISPONIBLES', en: 'AVAILABLE' }, value: at('available') },
  { title: { fr: 'LIBRES', en: 'FREE' }, value: at('free') },
  { title: { fr: 'TOTAL', en: 'TOTAL' }, value: at('total') },
  { title: { fr: 'FRAÎCHEUR', en: 'FRESHNESS' }, value: at('freshness') },
  { title: { fr: 'SIMULÉ', en: 'SIMULATED' }, value: row => (row['simulated'] === true ? 'simulé/simulated' : '') },
];

/** `cadastre offers [--gpu H200:8] [--region CODE]`: what could be ordered at once, now. */
export const offers = async (options: GlobalOptions & { readonly gpu?: string; readonly region?: string }): Promise<void> => {
  const session = await openSession(options, environment, 'tenant');
  const data = await query(session, `query ($region: String) { offers(region: $region) { ${SELECTION} } }`, { region: options.region });
  const rows = (data['offers'] as readonly Row[]).filter(matches(options.gpu));
  printRows(process.stdout, rows, COLUMNS, session.output, session.lang);
};

/** `H200`, `H200:8` or a shape's code: the part before the colon is looked for in the model and the code, the part after is the GPU count. */
const matches = (gpu: string | undefined) => (row: Row): boolean => {
  if (gpu === undefined) return true;
  const [model = '', count] = gpu.split(':');
  const wanted = model.toLowerCase();
  const named = at('shape.code')(row).toLowerCase().includes(wanted) || at('shape.gpuModel')(row).toLowerCase().includes(wanted);
  return named && (count === undefined || at('shape.gpus')(row) === count);
};
