import { readFileSync } from 'node:fs';
import { EXIT, Stop } from '../shared/exit.ts';
import { listAll, mutate, query, type Row } from '../shared/graphql.ts';
import { printObject } from '../shared/output.ts';
import { openSession, type GlobalOptions, type Session } from '../shared/session.ts';
import { leaseEnd, needed, REFUSALS, wishOf, type WishOptions } from '../shared/wish.ts';
import { say } from '../shared/words.ts';
import { environment } from '../shared/environment.ts';
import { text } from '../shared/graphql.ts';

export interface CreateOptions extends WishOptions {
  /** Order exactly what this plan holds; then no flag says where or how much. */
  readonly plan?: string;
  readonly name: string;
  readonly image: string;
  readonly sshKey: readonly string[];
  readonly wait?: boolean;
  readonly idempotencyKey?: string;
}

const INSTANCE = 'id name status shape { code } datacenter { code } leaseEnd simulated';

/** `cadastre instance create`: an order; with `--wait` until each of its instances is READY. */
export const createInstances = async (options: CreateOptions): Promise<void> => {
  const session = await openSession(options, environment, 'tenant');
  const wish = await wishOf(session, options);
  if (options.plan === undefined) needed(session, wish, ['projectId', '--project'], ['shape', '--shape']);
  const input = {
    ...(options.plan === undefined ? { leaseEnd: leaseEnd('7d') } : { planId: options.plan }), ...wish,
    name: options.name, image: options.image, sshKeys: options.sshKey.map(readKey(session)),
    // Two equal orders are two orders: unlike declarations, an order's key is new each time unless the caller names it.
    idempotencyKey: options.idempotencyKey ?? `cli-${crypto.randomUUID()}`,
  };
  const accepted = `... on GpuInstancesAccepted { orderId decisionId instances { ${INSTANCE} } receipt { auditEventId } } ${REFUSALS}`;
  const result = await mutate(session, 'createGpuInstances', input, accepted);
  const ids = (result['instances'] as readonly Row[]).map(i => text(i['id']));
  printObject(process.stdout, { ...result, ...(options.wait === true ? { instances: await untilReady(session, ids) } : {}) }, session.output);
};

/** `cadastre instance release ID`. */
export const releaseInstance = async (id: string, options: GlobalOptions): Promise<void> => {
  const session = await openSession(options, environment, 'tenant');
  const accepted = `... on GpuInstanceReleaseAccepted { instance { ${INSTANCE} desired } receipt { auditEventId } }`;
  printObject(process.stdout, await mutate(session, 'releaseGpuInstance', { id }, accepted), session.output);
};

const readKey = (session: Session) => (keyOrFile: string): string => {
  if (keyOrFile.includes(' ')) return keyOrFile;
  try {
    return readFileSync(keyOrFile, 'utf8').trim();
  } catch (e) {
    throw new Stop(EXIT.usage, say(session.lang, 'unreadable', keyOrFile, (e as Error).message));
  }
};

const WAIT_SECONDS = 600;
const untilReady = async (session: Session, ids: readonly string[]): Promise<readonly Row[]> => {
  const document = `{ ${ids.map((id, i) => `i${i}: gpuInstance(id: ${JSON.stringify(id)}) { ${INSTANCE} }`).join(' ')} }`;
  const end = Date.now() + WAIT_SECONDS * 1000;
  for (;;) {
    // Aliases are limited by the door: large orders are looked at through the list instead.
    const rows = ids.length <= 10 ? Object.values(await query(session, document)) as Row[] : (await listAll(session, 'gpuInstances', INSTANCE)).filter(r => ids.includes(text(r['id'])));
    if (rows.every(r => r['status'] === 'READY')) return rows;
    if (Date.now() > end) throw new Stop(EXIT.unreachable, say(session.lang, 'waited', WAIT_SECONDS));
    await new Promise(r => setTimeout(r, 500));
  }
};
