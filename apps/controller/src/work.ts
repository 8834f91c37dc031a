import type { Clock, Ids } from '@cadastre/domain/core';
import { pause, systemTimers } from '@cadastre/platform/clock';
import type { Logger } from '@cadastre/platform/log';
import type { Nats } from '@cadastre/platform/nats';
import { metrics } from '@cadastre/platform/otel';
import * as outbox from '@cadastre/store/outbox';
import type { Store } from '@cadastre/store/pool';
import type { MakeAct } from './act.ts';
import { effectsIn } from './effects.ts';
import type { OpenCredential } from './cluster/credential.ts';
import { clusterReconciler } from './cluster/cluster.reconciler.ts';
import { storedClusters } from './cluster/stored.ts';
import type { Connections } from './connection/connections.ts';
import { createConnections } from './connection/connections.ts';
import { freeOverNats } from './instance/free.ts';
import { instanceReconciler } from './instance/instance.reconciler.ts';
import { storedInstances } from './instance/stored.ts';
import type { Held, Running } from './leader/leader.ts';
import { leaseReconciler } from './lease/lease.reconciler.ts';
import { storedLeases } from './lease/stored.ts';
import { loadTargetReconciler } from './loadtarget/loadtarget.reconciler.ts';
import { storedLoadTargets } from './loadtarget/stored.ts';
import { mandateReconciler } from './mandate/mandate.reconciler.ts';
import { storedMandates } from './mandate/stored.ts';
import type { Noun, Wake } from './loop/reconciler.ts';
import { NOUNS } from './loop/reconciler.ts';
import type { Queues, Registered } from './loop/registry.ts';
import { register, startQueues } from './loop/registry.ts';
import { otelTracing } from './loop/tracing.ts';
import { createWaker, WAKING_SUBJECTS } from './loop/wakes.ts';
import { poolReconciler } from './pool/pool.reconciler.ts';
import { storedPools } from './pool/stored.ts';
import { projectReconciler } from './project/project.reconciler.ts';
import { storedProjects } from './project/stored.ts';
import { runRelay } from './relay/relay.ts';
import { releaseOverNats } from './release.ts';
import { storedViolations } from './violation/stored.ts';
import { violationReconciler } from './violation/violation.reconciler.ts';

export interface Tools {
  readonly store: Store;
  readonly nats: Nats;
  readonly openCredential: OpenCredential;
  readonly makeAct: MakeAct;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  readonly resyncSeconds: number;
  /** How long before the end of a lease its tenant is warned. */
  readonly leaseWarningSeconds: number;
  /** What a pod has to end when its instance gives way. */
  readonly yieldNoticeSeconds: number;
}

/** Reader of the outbox whose cursor the relay keeps; also the durable name of the consumer. */
const RELAY = 'relay';
const DURABLE = 'controller';
const WAITING: readonly Noun[] = ['pool', 'project', 'instance'];

/** Everything only the leader does. Resolves once it runs; what fails on the way is closed again. */
export const startWork = async (tools: Tools, lead: Held): Promise<Running> => {
  const closing: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => { for (const end of closing.splice(0).reverse()) await end(); };
  try {
    await startEach(tools, lead, closing);
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
};

/** In the order of what needs what; closed in reverse. */
const startEach = async (tools: Tools, lead: Held, closing: (() => Promise<void>)[]): Promise<void> => {
  const { nats, log } = tools;
  await nats.ensureStream();
  const connections = createConnections();
  closing.push(() => connections.close());
  const gauge = metrics.gauge('cadastre.clusters.connected', { description: 'Clusters whose caches follow them.', unit: '{cluster}' }, () => connections.all().filter(c => c.fresh()).length);
  closing.push(() => {
    gauge.remove();
    return Promise.resolve();
  });
  // Caches wake queues, and queues run reconcilers that open caches: the ring is closed here, once.
  const ring: { queues?: Queues } = {};
  const resync = (nouns: readonly Noun[]): void => {
    ring.queues?.resync(nouns).catch((error: unknown) => { log.warn({ err: error }, 'a resync could not list its keys; the timer tries again'); });
  };
  const queues = startQueues(registerAll(tools, lead, connections, next => { ring.queues?.wake(next); }, () => { resync(WAITING); }), log);
  ring.queues = queues;
  closing.push(() => queues.close());
  const waker = createWaker(queues, (ms, run) => systemTimers.after(ms, run), error => { log.warn({ err: error }, 'the pools could not be listed; the timer tries again'); });
  closing.push(() => {
    waker.close();
    return Promise.resolve();
  });
  const stop = new AbortController();
  const relay = startRelay(tools, lead, stop.signal);
  closing.push(async () => {
    stop.abort();
    await relay.done;
    relay.remove();
  });
  const consumer = await nats.consume({ durable: DURABLE, filterSubjects: WAKING_SUBJECTS }, event => { waker.onEvent(event); });
  closing.push(() => consumer.close());
  resync(NOUNS);
};

/** Every noun the controller looks after. */
export const registerAll = (tools: Tools, lead: Held, connections: Connections, wake: (wake: Wake) => void, onReady: () => void): readonly Registered[] => {
  const { store, nats, makeAct, clock, ids, log, resyncSeconds, leaseWarningSeconds, yieldNoticeSeconds, openCredential } = tools;
  const release = releaseOverNats(nats, makeAct);
  const effects = effectsIn(store, makeAct);
  const news = {
    wake,
    onProblem: (clusterId: string, problem: { readonly code: string; readonly verb: string; readonly object: string; readonly message: string }) => {
      log.debug({ clusterId, problem }, 'a watch cache lost its cluster for a moment');
    },
  };
  return [
    register(clusterReconciler({ rows: storedClusters(store, makeAct), connections, openCredential, news, onReady }, lead, resyncSeconds), clock, otelTracing, effects),
    register(poolReconciler(storedPools(store, makeAct), connections, lead, resyncSeconds), clock, otelTracing, effects),
    register(projectReconciler(storedProjects(store, makeAct), connections, lead, resyncSeconds), clock, otelTracing, effects),
    register(violationReconciler(storedViolations(store, makeAct, clock), ids, lead, resyncSeconds), clock, otelTracing, effects),
    register(loadTargetReconciler({ rows: storedLoadTargets(store, makeAct, clock), release }, lead, resyncSeconds), clock, otelTracing, effects),
    register(leaseReconciler({ rows: storedLeases(store, makeAct, clock, { warningSeconds: leaseWarningSeconds, aheadSeconds: resyncSeconds }), release }, lead, resyncSeconds), clock, otelTracing, effects),
    register(mandateReconciler(storedMandates(store, makeAct, clock, resyncSeconds), lead, resyncSeconds), clock, otelTracing, effects),
    register(instanceReconciler({ rows: storedInstances(store, makeAct), connections, free: freeOverNats(nats, makeAct), noticeSeconds: yieldNoticeSeconds }, lead, resyncSeconds), clock, otelTracing, effects),
  ];
};

const published = metrics.counter('cadastre.relay.published', { description: 'Outbox rows acknowledged by JetStream.', unit: '{event}' });

const startRelay = ({ store, nats, clock, log }: Tools, lead: Held, signal: AbortSignal): { readonly done: Promise<void>; readonly remove: () => void } => {
  let lagMs = 0;
  const gauge = metrics.gauge('cadastre.outbox.lag', { description: 'Age of the oldest row in the last batch the relay published; 0 when it found none.', unit: 's' }, () => lagMs / 1_000);
  const done = runRelay({
    readCursor: () => store.read('system', q => outbox.cursorOf(q, RELAY)),
    saveCursor: at => outbox.advance(store, RELAY, at),
    read: (after, limit) => store.read('system', q => outbox.after(q, after, limit)),
    publish: events => nats.publishEvents(events),
    pause,
    held: lead.held,
    now: () => Date.parse(clock.now()),
    onBatch: batch => {
      lagMs = batch.lagMs;
      if (batch.published > 0) published.add(batch.published);
    },
    onTrouble: because => { log.warn({ because }, 'the relay stumbles and goes on'); },
  }, signal);
  return { done, remove: () => { gauge.remove(); } };
};
