import { randomUUID } from 'node:crypto';
import type { AuditFact } from '@cadastre/domain/audit';
import { kubeActOf, kubeAuditId, MAX_KUBE_REQUESTS } from '@cadastre/domain/audit';
import type { ClusterId } from '@cadastre/domain/core';
import type { Announced } from '@cadastre/kube/client';
import { announced } from '@cadastre/kube/client';
import { recordAudit } from '@cadastre/store/commit';
import type { Store } from '@cadastre/store/pool';
import type { MakeAct } from './act.ts';
import type { Effects, Intent } from './loop/effects.ts';
import type { Did } from './loop/reconciler.ts';

// A step sends a request or two; a handful of network policies, each repeated while a server is busy, is the most that one takes.
const REQUESTS_A_STEP = 64;

interface Act extends Announced {
  readonly id: string;
  readonly cluster: ClusterId;
  readonly steps: number;
  readonly sent: () => number;
}

const lastOf = (steps: number): number => Math.min(steps * REQUESTS_A_STEP, MAX_KUBE_REQUESTS);

const actIn = (cluster: ClusterId, steps: number): Act => {
  const id = kubeActOf(randomUUID());
  const last = lastOf(steps);
  let sent = 0;
  return { id, cluster, steps, sent: () => sent, next: () => (sent === last ? undefined : kubeAuditId(id, (sent += 1))) };
};

const factOf = (intent: Intent, act: Act): Omit<AuditFact, 'phase' | 'outcome'> => ({
  type: 'platform.kube.apply', target: { kind: intent.noun, id: intent.key }, op: { id: act.id }, ...(intent.tenant === undefined ? {} : { tenant: intent.tenant }),
});

const outcomeOf = (dids: readonly Did[], steps: number): AuditFact['outcome'] => {
  if (dids.some(d => d.as === 'refused')) return 'failure';
  // What was not tried, or did not answer, may or may not have happened: the next look sees it.
  return dids.length < steps || dids.some(d => d.as === 'again') ? 'unknown' : 'success';
};

/**
 * Writes down what the controller is about to change in a cluster, and lends the Audit-IDs under which it does. Two events a plan that reaches a cluster, none for one that does
 * not; all clusters of a plan in one commit. Rejected: an event a request (a pool of 64 nodes would be 128 commits), and the end in the commit of the status (a look
 * that says nothing new has none).
 */
export const effectsIn = (store: Store, makeAct: MakeAct): Effects => ({
  announce: async intent => {
    const acts = new Map([...intent.clusters].map(([cluster, steps]) => [cluster, actIn(cluster, steps)] as const));
    const context = makeAct(`${intent.noun}.apply`);
    const record = async (facts: readonly AuditFact[]): Promise<void> => {
      const [first, ...more] = facts;
      if (first !== undefined) await recordAudit(store, context, [first, ...more], 'system');
    };
    await record([...acts.values()].map(act => ({
      ...factOf(intent, act), phase: 'requested', outcome: 'unknown', numbers: { steps: act.steps, because: intent.because },
      k8s: { cluster: act.cluster, auditIds: [kubeAuditId(act.id, 1), kubeAuditId(act.id, lastOf(act.steps))] },
    })));
    return {
      within: (cluster, run) => {
        const act = acts.get(cluster);
        if (act === undefined) throw new Error(`a step reaches ${cluster}, which was not announced`);
        return announced(act, run);
      },
      conclude: came => record([...acts.values()].map(act => {
        const dids = came.filter(c => c.cluster === act.cluster).map(c => c.did);
        const refused = dids.find(d => d.as === 'refused')?.refused;
        return {
          ...factOf(intent, act), phase: 'completed', outcome: outcomeOf(dids, act.steps), ...(refused === undefined ? {} : { reason: refused.code }),
          numbers: { steps: act.steps, done: dids.filter(d => d.as === 'done').length, requests: act.sent() }, k8s: { cluster: act.cluster },
        };
      })),
    };
  },
});
