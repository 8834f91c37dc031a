import { environment } from '../shared/environment.ts';
import { findId } from '../shared/find.ts';
import { mutate, query, text, type Row } from '../shared/graphql.ts';
import { printObject } from '../shared/output.ts';
import { watts } from '../shared/quantities.ts';
import { openSession, type GlobalOptions, type Session } from '../shared/session.ts';

export interface PlanOptions extends GlobalOptions {
  readonly datacenter: string;
  readonly target: string;
  readonly from: string;
  readonly to: string;
  readonly includeProduction?: boolean;
}

export interface ReadOptions extends GlobalOptions {
  readonly generation?: string;
}

const TARGET = 'id targetW from to beforeW expectedW shortfallW stepCount steps(first: 300) { instanceId why purpose gpus watts expectedW state } sparedInstances sparedW state measuredW overW plannedBy approvedBy cancelledBy generation';

const print = (session: Session, answer: Row): void => { printObject(process.stdout, answer, session.output); };

/** `cadastre loadtarget plan`: who would give way, in which order and why. Nothing happens until somebody else approves it. */
export const planLoadTarget = async (options: PlanOptions): Promise<void> => {
  const session = await openSession(options, environment, 'provider');
  const input = {
    datacenterId: await findId(session, 'datacenters', options.datacenter, 'code'), targetW: watts(options.target, session.lang), from: options.from, to: options.to,
    includeProduction: options.includeProduction === true,
    // The site has moved since the same was asked before: a plan is a new one each time.
    idempotencyKey: `cli-${crypto.randomUUID()}`,
  };
  print(session, await mutate(session, 'planLoadTarget', input, `... on LoadTargetAccepted { loadTarget { ${TARGET} } receipt { auditEventId } }`));
};

/** `cadastre loadtarget approve ID`: by another person than the one who planned it, of what `--generation` or the plan as it stands says. */
export const approveLoadTarget = (id: string, options: ReadOptions): Promise<void> => decide('approveLoadTarget', id, options);

/** `cadastre loadtarget cancel ID`: before it begins. */
export const cancelLoadTarget = (id: string, options: ReadOptions): Promise<void> => decide('cancelLoadTarget', id, options);

const decide = async (what: 'approveLoadTarget' | 'cancelLoadTarget', id: string, options: ReadOptions): Promise<void> => {
  const session = await openSession(options, environment, 'provider');
  const read = options.generation === undefined ? (await query(session, 'query ($id: ID!) { loadTarget(id: $id) { generation } }', { id }))['loadTarget'] as Row | null : null;
  const generation = Number(options.generation ?? text(read?.['generation'] ?? '1'));
  print(session, await mutate(session, what, { id, generation }, `... on LoadTargetAccepted { loadTarget { ${TARGET} } receipt { auditEventId } }`));
};
