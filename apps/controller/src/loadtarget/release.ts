import type { ExecutionSeen, OpenStep } from '@cadastre/domain/loadtarget';
import type { ReleaseAsked } from '../release.ts';

/** The key is made of the target and the instance: another target is another reason. */
export const releaseOf = ({ target, regionCode }: Pick<ExecutionSeen, 'target' | 'regionCode'>, { instanceId, tenantId }: OpenStep): ReleaseAsked => ({
  regionCode, tenantId, instanceId, key: `${target.id}/${instanceId}`, operation: 'loadtarget.release', because: { policy: 'LOAD_TARGET', rule: target.id },
});
