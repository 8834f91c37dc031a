import type { Instant } from '../core/index.ts';

/** A change that somebody made with our credential, as the API server wrote it down (audit.k8s.io/v1 Event). Texts are the server's, cut; none is ours to trust. */
export interface KubeRequest {
  readonly auditId: string;
  /** When the API server received it, by its clock. */
  readonly receivedAt: Instant;
  readonly verb: string;
  /** `pods`, `apps/deployments`, `nodes/status`. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  /** Whose identity it was made with; `a as b` when a impersonated b. */
  readonly username: string;
  readonly userAgent: string;
  readonly sourceIp: string;
  /** HTTP status of the answer; 0 when the request broke in the server. */
  readonly code: number;
}

export type ParsedLine = { readonly kind: 'REQUEST'; readonly request: KubeRequest } | { readonly kind: 'OTHER' } | { readonly kind: 'BROKEN' };

const MUTATING: ReadonlySet<string> = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);
// Reviews are asked by POST and leave nothing behind.
const REVIEWS: ReadonlySet<string> = new Set(['authorization.k8s.io', 'authentication.k8s.io']);
const MAX_TEXT = 300;

type Json = Readonly<Record<string, unknown>>;
const objectOf = (value: unknown): Json => (value !== null && typeof value === 'object' ? (value as Json) : {});
const textOf = (value: unknown): string => (typeof value === 'string' ? value.slice(0, MAX_TEXT).toWellFormed().replaceAll('\0', '\ufffd') : '');

/** What one event says, if it is about a change made with one of our identities. A request that was refused counts too: somebody holds the credential. */
export const kubeRequestIn = (event: unknown, ours: ReadonlySet<string>): ParsedLine => {
  const e = objectOf(event);
  const [auditId, receivedAt] = [textOf(e['auditID']), textOf(e['requestReceivedTimestamp'])];
  if (auditId === '' || Number.isNaN(Date.parse(receivedAt))) return { kind: 'BROKEN' };
  const [user, as] = [textOf(objectOf(e['user'])['username']), textOf(objectOf(e['impersonatedUser'])['username'])];
  const ref = objectOf(e['objectRef']);
  const [group, verb, stage] = [textOf(ref['apiGroup']), textOf(e['verb']), textOf(e['stage'])];
  if (!(ours.has(user) || ours.has(as)) || !MUTATING.has(verb) || REVIEWS.has(group) || (stage !== 'ResponseComplete' && stage !== 'Panic')) return { kind: 'OTHER' };
  const code = objectOf(e['responseStatus'])['code'];
  const addresses = e['sourceIPs'];
  return {
    kind: 'REQUEST',
    request: {
      auditId, receivedAt, verb, resource: [group, textOf(ref['resource']), textOf(ref['subresource'])].filter(part => part !== '').join('/'), namespace: textOf(ref['namespace']), name: textOf(ref['name']),
      username: as === '' ? user : `${user} as ${as}`, userAgent: textOf(e['userAgent']), sourceIp: Array.isArray(addresses) ? textOf(addresses[0]) : '', code: Number.isSafeInteger(code) ? (code as number) : 0,
    },
  };
};

/** One line of the log file. */
export const kubeRequestOfLine = (line: string, ours: ReadonlySet<string>): ParsedLine => {
  try {
    return kubeRequestIn(JSON.parse(line), ours);
  } catch {
    return { kind: 'BROKEN' };
  }
};
