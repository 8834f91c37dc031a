import { Option, type Command } from 'commander';
import { EXIT, Stop } from './exit.ts';
import { findId } from './find.ts';
import { count } from './quantities.ts';
import type { GlobalOptions, Session } from './session.ts';
import { say } from './words.ts';

/** Where and how much, as flags: the same for a plan and for an order. */
export interface WishOptions extends GlobalOptions {
  readonly project?: string;
  readonly shape?: string;
  readonly orShape?: readonly string[];
  readonly count?: string;
  readonly lease?: string;
  readonly region?: string;
  readonly datacenter?: string;
  readonly dataDatacenter?: string;
  readonly interruptible?: boolean;
  readonly gpus?: string;
  readonly slice?: string;
  readonly cpu?: string;
  readonly ram?: string;
  readonly topology?: string;
  readonly topologyWished?: boolean;
  readonly purpose?: string;
  readonly maxResponse?: string;
  readonly reservation?: string;
  readonly jurisdiction?: readonly string[];
  readonly certification?: readonly string[];
  readonly dataClass?: string;
}

/** Adds the flags to a command. */
export const withWish = (command: Command, t: (fr: string, en: string) => string): Command =>
  command.option('--project <code|id>', t('projet', 'project')).option('--shape <code>', t('forme, par exemple h200-8', 'shape, for example h200-8'))
    .option('--or-shape <code...>', t('d’autres formes qui conviendraient', 'other shapes that will do')).option('--count <n>', t('combien, tout ou rien', 'how many, all or none'))
    .option('--lease <7d|12h|instant>', t('fin du bail', 'lease end')).option('--region <code>', t('région', 'region')).option('--datacenter <id>', t('ce site seulement', 'this site only'))
    .option('--data-datacenter <id>', t('le site où sont les données', 'the site where the data are')).option('--interruptible', t('peut céder la place, avec préavis', 'may give way, with notice'))
    .option('--gpus <n>', t('GPU par instance ; sinon la machine entière', 'GPUs of each instance; else the whole machine')).option('--slice <profile>', t('part d’un GPU', 'share of a GPU'))
    .option('--cpu <milli>', t('millièmes de cœur par instance', 'thousandths of a core of each instance')).option('--ram <MiB>', t('Mio de mémoire par instance', 'MiB of memory of each instance'))
    .addOption(new Option('--topology <level>', t('ensemble sur', 'together on')).choices(['SAME_MACHINE', 'NVLINK_DOMAIN', 'RACK', 'ROW', 'DATACENTER', 'REGION', 'ANY']))
    .option('--topology-wished', t('souhaitée, pas exigée', 'wished for, not required'))
    .addOption(new Option('--purpose <purpose>', t('usage', 'purpose')).choices(['TRAINING', 'INFERENCE'])).option('--max-response <minutes>', t('quelqu’un sur place en', 'somebody on site within'))
    .option('--reservation <id>', t('prendre d’une réservation', 'take from a reservation')).option('--jurisdiction <code...>', t('droits admis', 'laws admitted'))
    .option('--certification <code...>', t('certifications exigées', 'certifications required'))
    .addOption(new Option('--data-class <class>', t('classe des données', 'class of the data')).choices(['ORDINARY', 'PUBLIC_SENSITIVE', 'HEALTH']));

/** What was given, in the door's words; what was not is left out. The server judges the values. */
export const wishOf = async (session: Session, o: WishOptions): Promise<Readonly<Record<string, unknown>>> => {
  const number = (typed: string | undefined): number | undefined => (typed === undefined ? undefined : count(typed, session.lang));
  const law = o.jurisdiction ?? o.certification ?? o.dataClass;
  const all = {
    projectId: o.project === undefined ? undefined : await findId(session, 'projects', o.project, 'code'),
    shape: o.shape, orShapes: o.orShape, count: number(o.count), leaseEnd: o.lease === undefined ? undefined : leaseEnd(o.lease), region: o.region, datacenterId: o.datacenter,
    dataDatacenterId: o.dataDatacenter, interruptible: o.interruptible, gpusPerInstance: number(o.gpus), slice: o.slice, cpuMilli: number(o.cpu), ramMiB: number(o.ram),
    topology: o.topology === undefined ? undefined : { level: o.topology, required: o.topologyWished !== true }, purpose: o.purpose, maxResponseMinutes: number(o.maxResponse),
    reservationId: o.reservation, legalScope: law === undefined ? undefined : { jurisdictions: o.jurisdiction ?? [], certifications: o.certification ?? [], dataClass: o.dataClass ?? 'ORDINARY' },
  };
  return Object.fromEntries(Object.entries(all).filter(([, v]) => v !== undefined));
};

/** Ends the command when a field is missing that no server could guess. */
export const needed = (session: Session, wish: Readonly<Record<string, unknown>>, ...flags: readonly (readonly [field: string, flag: string])[]): void => {
  const missing = flags.filter(([field]) => wish[field] === undefined).map(([, flag]) => flag);
  if (missing.length > 0) throw new Stop(EXIT.usage, say(session.lang, 'missingFlags', missing.join(', ')));
};

/** `7d`, `12h`, or an RFC 3339 instant; the server judges it. */
export const leaseEnd = (lease: string): string => {
  const span = /^(\d{1,6})([hd])$/.exec(lease);
  if (span === null) return lease;
  return new Date(Date.now() + Number(span[1]) * (span[2] === 'd' ? 86_400_000 : 3_600_000)).toISOString();
};

/** What every refusal of a placement says beyond the words of a problem. */
export const REFUSALS = ['NotEnoughCapacity', 'PowerRefused', 'LegalScopeRefused', 'QuotaExceeded']
  .map(t => `... on ${t} { reasons { reason message candidates numbers { name value } } wouldFit forEver decisionId counterfactuals { change count shape datacenter level at because leaseEnd sentence } }`).join(' ');
