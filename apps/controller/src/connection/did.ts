import type { Answer, Applied, Deleted, KubeObject, KubeProblemCode } from '@cadastre/kube/client';
import type { Did } from '../loop/reconciler.ts';
import { DONE } from '../loop/reconciler.ts';

// Kubernetes said no and will say no again: a person must read it. Everything else heals by another look.
const REFUSALS: ReadonlySet<KubeProblemCode> = new Set<KubeProblemCode>(['FORBIDDEN', 'UNAUTHORISED', 'INVALID', 'NOT_OURS', 'CONFLICT', 'BAD_CERTIFICATE', 'BAD_KUBECONFIG']);

/** The answer to a write as what came of the step. A field that someone else changed since is reported, and not fought over. */
export const didOf = (answer: Answer<Applied<KubeObject> | Deleted>): Did => {
  if (!answer.ok) {
    const { code, object, message } = answer.error;
    return REFUSALS.has(code) ? { as: 'refused', refused: { code, object } } : { as: 'again', because: `${code} ${object}: ${message}` };
  }
  const drift = 'drift' in answer.value ? answer.value.drift : [];
  return drift.length === 0 ? DONE : { as: 'refused', refused: { code: 'DRIFT', object: drift.join(' ') } };
};
