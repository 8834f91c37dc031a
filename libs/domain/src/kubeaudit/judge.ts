import { kubeRequestOf } from '../audit/kubeact.ts';
import type { Instant } from '../core/index.ts';
import type { KubeRequest } from './parse.ts';

/** An act of the controller, as its events in our audit log say. */
export interface KubeAct {
  readonly act: string;
  readonly cluster: string;
  /** Requests that it may send at most. */
  readonly most: number;
  /** Present once the act was concluded: how many requests it did send, and when that was recorded. */
  readonly ended?: { readonly requests: number; readonly at: Instant };
}

/** Why a change was not ours. */
export type ForeignReason = 'NOT_ANNOUNCED' | 'OTHER_CLUSTER' | 'BEYOND_ANNOUNCED' | 'AFTER_THE_ACT' | 'AUDIT_ID_REUSED';
export type KubeJudgement = 'ANNOUNCED' | 'WAIT' | { readonly foreign: ForeignReason };

export interface KubePending extends KubeRequest {
  readonly clusterId: string;
  /** Milliseconds since it was read. */
  readonly ageMs: number;
  /** Other requests in the same cluster that carried the same Audit-ID and came before. */
  readonly twins: number;
}

/** Two machines' clocks: the API server's says when it came, the database's when the act ended. */
const CLOCKS_MS = 60_000;

/**
 * Whether a change is one that we announced. The announcement is committed before the request leaves, so it is there when the request is read; the grace covers a database that is
 * behind for a moment. Each Audit-ID serves once, for the client takes a new one for every attempt: who reads an act's id in the log cannot hide behind it.
 */
export const judgeKubeRequest = (request: KubePending, acts: ReadonlyMap<string, KubeAct>, graceMs: number): KubeJudgement => {
  const ours = kubeRequestOf(request.auditId);
  const act = ours === undefined ? undefined : acts.get(ours.act);
  if (ours === undefined) return { foreign: 'NOT_ANNOUNCED' };
  if (act === undefined) return request.ageMs < graceMs ? 'WAIT' : { foreign: 'NOT_ANNOUNCED' };
  if (act.cluster !== request.clusterId) return { foreign: 'OTHER_CLUSTER' };
  if (ours.n > (act.ended?.requests ?? act.most)) return { foreign: 'BEYOND_ANNOUNCED' };
  if (request.twins > 0) return { foreign: 'AUDIT_ID_REUSED' };
  return act.ended !== undefined && Date.parse(request.receivedAt) - Date.parse(act.ended.at) > CLOCKS_MS ? { foreign: 'AFTER_THE_ACT' } : 'ANNOUNCED';
};
