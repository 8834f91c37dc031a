import type { AllocateReply, AllocateRequest } from '@cadastre/domain/capacity';
import { problem } from '@cadastre/domain/core';

/** One request that waits for its answer. Answering twice is harmless: a promise settles once. */
export interface Ask {
  readonly request: AllocateRequest;
  readonly traceparent: string | undefined;
  readonly answer: (reply: AllocateReply) => void;
}

/** Requests that say the same thing with the same idempotency key: the first is decided, the twins get its answer. */
export interface Turn {
  readonly request: AllocateRequest;
  readonly traceparent: string | undefined;
  readonly asks: Ask[];
}

export const answerAll = (turn: Turn, reply: AllocateReply): void => {
  for (const ask of turn.asks) ask.answer(reply);
};

/** Nothing was written, or it is not known: the same request with the same key may be sent again, and is done at most once. */
export const tryAgain = (regionCode: string): AllocateReply => ({ kind: 'PROBLEM', problem: problem('REGION_UNAVAILABLE', { region: regionCode }, { retryable: true }) });

/** No act while the audit trail takes no event; the allocator goes on deciding, and the first order after that is written. */
export const auditFrozen = (): AllocateReply => ({ kind: 'PROBLEM', problem: problem('AUDIT_FROZEN', {}, { retryable: true }) });

export const conflict = (): AllocateReply => ({ kind: 'PROBLEM', problem: problem('IDEMPOTENCY_CONFLICT', {}, { path: ['idempotencyKey'] }) });

export const nameTaken = ({ request: r }: Turn): AllocateReply => {
  const name = r.kind === 'CREATE' ? r.order.name : r.kind === 'APPLY' ? r.name : undefined;
  return { kind: 'PROBLEM', problem: problem('ALREADY_EXISTS', name === undefined ? {} : { noun: 'instance', field: 'name', value: name }, { path: ['name'] }) };
};

/** A CHECK of the tables: the door should have refused it, and repeating it cannot succeed. */
export const forbiddenValue = (constraint: string | undefined): AllocateReply => ({
  kind: 'PROBLEM', problem: problem('BAD_FORMAT', constraint === undefined ? {} : { constraint }),
});

export const unknownReference = ({ request: r }: Turn, constraint: string | undefined): AllocateReply => ({
  kind: 'PROBLEM', problem: problem('NOT_FOUND', { ...(r.kind === 'CREATE' ? { noun: 'project', id: r.order.projectId } : {}), ...(constraint === undefined ? {} : { constraint }) }),
});

export const idempotencyOf = (r: AllocateRequest): { readonly scope: string; readonly key: string; readonly fingerprint: string } | undefined =>
  r.kind === 'FREE' ? undefined : r.idempotency;

/** What two requests share when they are one act. A FREE has no key: freeing the same instance is the same act. */
export const keyOf = (r: AllocateRequest): string => (r.kind === 'FREE' ? `free ${r.instanceId}` : `${r.idempotency.scope} ${r.idempotency.key}`);

/** Joins twins to the first of them; a key used again with another body is answered at once. */
export const join = (asks: readonly Ask[]): Turn[] => {
  const turns = new Map<string, Turn>();
  for (const ask of asks) {
    const key = keyOf(ask.request);
    const first = turns.get(key);
    if (first === undefined) turns.set(key, { request: ask.request, traceparent: ask.traceparent, asks: [ask] });
    else if (idempotencyOf(first.request)?.fingerprint === idempotencyOf(ask.request)?.fingerprint) first.asks.push(ask);
    else ask.answer(conflict());
  }
  return [...turns.values()];
};
