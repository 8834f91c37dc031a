import type { Lang } from '@cadastre/platform/locale';
import { environment } from '../shared/environment.ts';
import { findId } from '../shared/find.ts';
import { readForm } from '../shared/form.ts';
import { mutate, text, type Row } from '../shared/graphql.ts';
import { at } from '../shared/column.ts';
import { printObject } from '../shared/output.ts';
import { openSession, type Session } from '../shared/session.ts';
import { needed, leaseEnd, REFUSALS, wishOf, type WishOptions } from '../shared/wish.ts';
import { orderFile } from './file.ts';

/** All that the command shows of a plan. */
export const PLAN = `id state expiresAt decisionId pricePerHourMinor currency watts gramsCo2ePerHour carbonMethod carbonUncertaintyPct requiresApproval
  quota { quota dimension nominal used asked after } instances { id shape datacenter gpus milliGpu watts } diagnostics { code message }`;

/** `cadastre plan -f FILE` or with flags: what an order would get, what it costs, and until when that is held. */
export const plan = async (options: WishOptions & { readonly file?: string; readonly idempotencyKey?: string }): Promise<void> => {
  const session = await openSession(options, environment, 'tenant');
  const wish = { leaseEnd: leaseEnd('7d'), ...(options.file === undefined ? {} : await written(session, options.file)), ...(await wishOf(session, options)) };
  needed(session, wish, ['projectId', '--project'], ['shape', '--shape']);
  // Two equal plans are two plans: the key is new each time unless the caller names it.
  const input = { ...wish, idempotencyKey: options.idempotencyKey ?? `cli-${crypto.randomUUID()}` };
  const made = await mutate(session, 'planGpuInstances', input, `... on PlanAccepted { plan { ${PLAN} } receipt { auditEventId } } ${REFUSALS}`);
  if (session.output !== 'table') printObject(process.stdout, made, session.output);
  else process.stdout.write(planText(made['plan'] as Row, session.lang));
};

const written = async (session: Session, file: string): Promise<Readonly<Record<string, unknown>>> => {
  const { project, lease, ...rest } = readForm(orderFile, file, session.lang);
  return { ...rest, ...(project === undefined ? {} : { projectId: await findId(session, 'projects', project, 'code') }), ...(lease === undefined ? {} : { leaseEnd: leaseEnd(lease) }) };
};

/** A plan as a person reads it. */
export const planText = (p: Row, lang: Lang): string => {
  const fr = lang === 'fr';
  const n = (value: unknown): string => new Intl.NumberFormat(lang).format(Number(value));
  const rows = (field: string): readonly Row[] => (p[field] ?? []) as readonly Row[];
  const groups = [...Map.groupBy(rows('instances'), i => `${text(i['shape'])} @ ${text(i['datacenter'])}: ${i['milliGpu'] == null ? `${text(i['gpus'])} GPU` : `${text(i['milliGpu'])} mGPU`}, ${n(i['watts'])} W`)];
  const price = p['pricePerHourMinor'] == null ? undefined : `${new Intl.NumberFormat(lang, { style: 'currency', currency: text(p['currency']) }).format(Number(p['pricePerHourMinor']) / 100)}/h`;
  const carbon = p['gramsCo2ePerHour'] == null ? undefined : `~ ${n(p['gramsCo2ePerHour'])} gCO2e/h ± ${text(p['carbonUncertaintyPct'])} % (${text(p['carbonMethod'])})`;
  return [
    `${text(p['id'])}  ${text(p['state'])}  ${fr ? 'tenu jusqu’au' : 'held until'} ${text(p['expiresAt'])}`,
    ...groups.map(([what, list]) => `  ${String(list.length)} × ${what}`),
    `  ${[price, `${n(p['watts'])} W`, carbon].filter(x => x !== undefined).join(' · ')}`,
    ...rows('quota').map(q => `  quota ${at('quota')(q)}, ${at('dimension')(q)}${fr ? ' :' : ':'} ${n(q['used'])} + ${n(q['asked'])} = ${n(q['after'])} ${fr ? 'sur' : 'of'} ${n(q['nominal'])}`),
    ...rows('diagnostics').map(d => `  ! ${at('message')(d)}`),
    `→ cadastre instance create --plan ${text(p['id'])} --name … --image … --ssh-key …`, '',
  ].join('\n');
};
