import { createHash } from 'node:crypto';
import type { AllocateReply, AllocateRequest } from '@cadastre/domain/capacity';
import type { InstanceId, OrganisationId } from '@cadastre/domain/core';
import type { Nats } from '@cadastre/platform/nats';
import type { MakeAct } from './act.ts';

/** An instance to be given back that no tenant asked for. */
export interface ReleaseAsked {
  readonly regionCode: string;
  readonly tenantId: OrganisationId;
  readonly instanceId: InstanceId;
  /** The same for the same reason, whoever asks and however often. */
  readonly key: string;
  readonly operation: string;
  /** Why it may be, in the audit log. */
  readonly because: { readonly policy: string; readonly rule: string };
}
/** What the region's allocator made of it. SKIPPED: somebody else has given the instance back. */
export type Released = 'RELEASED' | 'SKIPPED' | { readonly again: string };
export type Release = (asked: ReleaseAsked) => Promise<Released>;

const ANSWER_MS = 5_000;

/**
 * Asks the region's allocator as a tenant's door does. Whoever asks again with the same key after a crash gets the answer of the first time, and so learns whether
 * an instance that is gone was given back for this reason or by its tenant. Kept in the provider's scope, where no tenant can have used the key before.
 */
export const releaseOverNats = (nats: Pick<Nats, 'request'>, makeAct: MakeAct): Release => async ({ regionCode, tenantId, instanceId, key, operation, because }) => {
  const request: AllocateRequest = {
    kind: 'RELEASE', tenantId, instanceId, act: { ...makeAct(operation), authz: { decision: 'allow', ...because } },
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
