import { createHash } from 'node:crypto';
import type { AllocateReply, AllocateRequest } from '@cadastre/domain/capacity';
import type { ExecutionSeen, OpenStep } from '@cadastre/domain/loadtarget';
import type { Nats } from '@cadastre/platform/nats';
import type { MakeAct } from '../act.ts';

/** What the region's allocator made of it. SKIPPED: somebody else has given the instance back. */
export type Released = 'RELEASED' | 'SKIPPED' | { readonly again: string };
export type Release = (seen: ExecutionSeen, step: OpenStep) => Promise<Released>;

const ANSWER_MS = 5_000;

/**
 * Asks the region's allocator as a tenant's door does. The key is made of the target and the instance: whoever asks again after a crash gets the answer of the
 * first time, and so learns whether an instance that is gone was given back by this target or by its tenant. Kept in the provider's scope, where no tenant can
 * have used it before.
 */
export const releaseOverNats = (nats: Pick<Nats, 'request'>, makeAct: MakeAct): Release => async ({ target, regionCode }, { instanceId, tenantId }) => {
  const key = `${target.id}/${instanceId}`;
  const act = makeAct('loadtarget.release');
  const request: AllocateRequest = {
    kind: 'RELEASE', tenantId, instanceId, act: { ...act, authz: { decision: 'allow', policy: 'LOAD_TARGET', rule: target.id } },
    idempotency: { scope: 'provider', key, fingerprint: createHash('sha256').update(key).digest('hex') },
  };
  const answer = await nats.request<AllocateRequest, AllocateReply>(`cad.v1.${regionCode}.allocate`, request, { timeoutMs: ANSWER_MS });
  if (!answer.ok) return { again: `allocator: ${answer.error.code}` };
  switch (answer.value.kind) {
    case 'ACCEPTED': return 'RELEASED';
    case 'PROBLEM': {
      const { code } = answer.value.problem;
      return code === 'WRONG_STATE' || code === 'NOT_FOUND' ? 'SKIPPED' : { again: `allocator: ${code}` };
    }
    default: return { again: `allocator: ${answer.value.kind}` };
  }
};
