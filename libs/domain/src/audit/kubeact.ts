/**
 * An act in a cluster and the requests that it may send. The act's id is a random UUID that ends in 0000; its n-th request carries the Audit-ID that has n there, so that
 * one event announces a range before anybody knows how many requests a plan will take.
 */
const TAIL = 4;
export const MAX_KUBE_REQUESTS = 16 ** TAIL - 1;

/** The act's id of a random UUID. */
export const kubeActOf = (uuid: string): string => `${uuid.slice(0, -TAIL)}${'0'.repeat(TAIL)}`;

/** Audit-ID of the act's n-th request, n from 1. */
export const kubeAuditId = (act: string, n: number): string => `${act.slice(0, -TAIL)}${n.toString(16).padStart(TAIL, '0')}`;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Which act an Audit-ID would belong to, and which of its requests; undefined when it has not the form of one of ours. */
export const kubeRequestOf = (auditId: string): { readonly act: string; readonly n: number } | undefined => {
  if (!UUID.test(auditId)) return undefined;
  const n = Number.parseInt(auditId.slice(-TAIL), 16);
  return n === 0 ? undefined : { act: kubeActOf(auditId), n };
};
