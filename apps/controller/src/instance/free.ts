import type { AllocateReply, AllocateRequest } from '@cadastre/domain/capacity';
import type { Nats } from '@cadastre/platform/nats';
import type { MakeAct } from '../act.ts';
import type { Did } from '../loop/reconciler.ts';
import { DONE } from '../loop/reconciler.ts';
import type { Free } from './execute.ts';

const ANSWER_MS = 5_000;

/** Asks the region's allocator. Any other answer than yes is asked again later: freeing twice changes nothing. */
export const freeOverNats = (nats: Pick<Nats, 'request'>, makeAct: MakeAct): Free => async (regionCode, instanceId): Promise<Did> => {
  const request: AllocateRequest = { kind: 'FREE', act: makeAct('free'), instanceId };
  const answer = await nats.request<AllocateRequest, AllocateReply>(`cad.v1.${regionCode}.allocate`, request, { timeoutMs: ANSWER_MS });
  if (!answer.ok) return { as: 'again', because: `allocator: ${answer.error.code}` };
  switch (answer.value.kind) {
    case 'ACCEPTED': return DONE;
    case 'PROBLEM': return { as: 'again', because: `allocator: ${answer.value.problem.code}` };
    default: return { as: 'again', because: `allocator: ${answer.value.kind}` };
  }
};
