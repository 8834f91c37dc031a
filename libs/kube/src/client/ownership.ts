import { createHash } from 'node:crypto';
import type { Kind, KubeObject } from './kinds.ts';
import { apiVersionOf } from './kinds.ts';

/** Field manager of every server-side apply, and the value of the ownership label. */
export const CADASTRE = 'cadastre';
/** The ownership mark: an object without `app.kubernetes.io/managed-by: cadastre` is never written and never deleted. */
export const MANAGED_BY = 'app.kubernetes.io/managed-by';
/** SHA-256 of the canonical object last applied: equal means the write would change nothing. */
export const APPLIED_HASH = 'cadastre.cloud/applied-hash';
/** The same for the status subresource. Kinds whose status endpoint drops metadata never show it, and so are always written. */
export const APPLIED_STATUS_HASH = 'cadastre.cloud/applied-status-hash';

export const isOurs = (object: KubeObject): boolean => object.metadata?.labels?.[MANAGED_BY] === CADASTRE;

/** JSON with sorted keys and no `undefined`: two plans that mean the same give the same bytes whatever order built them. */
export const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(v => canonical(v ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const entries = Object.entries(value).filter(([, v]) => v !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`).join(',')}}`;
};

const hashOf = (value: unknown): string => createHash('sha256').update(canonical(value)).digest('base64url');

/** Fields only the server sets; sending them back would make us their manager or be refused. */
const serverless = ({ resourceVersion: _rv, uid: _uid, managedFields: _mf, creationTimestamp: _ct, generation: _g, ...rest }: NonNullable<KubeObject['metadata']>): NonNullable<KubeObject['metadata']> => rest;

/** The object as we apply it: kind, ownership label and hash set, server's fields and status left out. */
export const stamped = <T extends KubeObject>(kind: Kind<T>, object: T): T => {
  const { status: _status, ...bare } = object as T & { status?: unknown };
  const metadata = serverless(object.metadata ?? {});
  const body = { ...bare, apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: { ...metadata, labels: { ...metadata.labels, [MANAGED_BY]: CADASTRE } } };
  return { ...body, metadata: { ...body.metadata, annotations: { ...metadata.annotations, [APPLIED_HASH]: hashOf(body) } } } as unknown as T;
};

/** The status part alone, as the status subresource takes it. */
export const stampedStatus = <T extends KubeObject>(kind: Kind<T>, object: T): T => {
  const status = (object as { status?: unknown }).status;
  const metadata = { name: object.metadata?.name, ...(object.metadata?.namespace === undefined ? {} : { namespace: object.metadata.namespace }) };
  return {
    apiVersion: apiVersionOf(kind), kind: kind.kind, status,
    metadata: { ...metadata, annotations: { [APPLIED_STATUS_HASH]: hashOf(status) } },
  } as unknown as T;
};

/** Whether the observed object already carries what `wanted` (stamped) would write. */
export const sameApplied = (wanted: KubeObject, seen: KubeObject, annotation: string): boolean => {
  const hash = wanted.metadata?.annotations?.[annotation];
  return hash !== undefined && seen.metadata?.annotations?.[annotation] === hash;
};
