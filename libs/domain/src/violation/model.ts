import type { DatacenterId, Instant, InstanceId, OrganisationId, Params, ViolationId } from '../core/index.ts';
import type { LawReason } from '../law/model.ts';

/** An instance stands where the law that its order asked for no longer lets it stand. Dated: it ends, and stays written. */
export interface Violation {
  readonly id: ViolationId;
  readonly tenantId: OrganisationId;
  readonly instanceId: InstanceId;
  readonly datacenterId: DatacenterId;
  readonly rule: LawReason;
  /** Kind of certification that is missing; absent where the rule is about another thing. */
  readonly certification?: string;
  /** When the law ceased to be met, which may be before anybody looked. */
  readonly since: Instant;
  /** When it was met again or the instance was released; absent while it lasts. */
  readonly endedAt?: Instant;
  /** The numbers of the failed check, as a placement would be refused with (`LawRefusal.params`). */
  readonly detail: Params;
}
