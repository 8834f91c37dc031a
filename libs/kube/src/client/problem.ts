import type { No, Result } from '@cadastre/domain/core';
import { no } from '@cadastre/domain/core';

/**
 * Why Kubernetes did not do what was asked. `CONFLICT` means another manager holds a field (see `conflicts`); `STALE`
 * means the object moved since the look (resourceVersion or uid differ). They are two codes because the cures differ:
 * report the first, look again after the second.
 */
export const KUBE_PROBLEMS = [
  'BAD_KUBECONFIG', 'UNREACHABLE', 'TIMED_OUT', 'BAD_CERTIFICATE', 'UNAUTHORISED', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT', 'STALE', 'GONE', 'INVALID',
  'OVERLOADED', 'SERVER_ERROR', 'NOT_OURS', 'BEING_DELETED', 'CANCELLED', 'CLOSED', 'NOT_ANNOUNCED',
] as const;
export type KubeProblemCode = (typeof KUBE_PROBLEMS)[number];

export type Verb = 'connect' | 'probe' | 'get' | 'list' | 'watch' | 'apply' | 'apply-status' | 'delete';

/** A field we asked for that another manager holds with another value. `field` is in the API's path syntax (`.spec.replicas`). */
export interface FieldConflict {
  readonly manager: string;
  readonly field: string;
}

/** An expected failure as data. `message` is the server's or the network's own sentence, for operators, never for tenants. */
export interface KubeProblem {
  readonly code: KubeProblemCode;
  readonly cluster: string;
  readonly verb: Verb;
  /** `Pod ns/name`, a collection's plural, or '' when the whole cluster is meant. */
  readonly object: string;
  readonly message: string;
  /** HTTP status, when the server answered. */
  readonly status?: number;
  /** How long the server asked us to stay away, in milliseconds. */
  readonly retryAfterMs?: number;
  readonly conflicts?: readonly FieldConflict[];
}

export type Answer<T> = Result<T, KubeProblem>;

/** What a problem is about, known before the request leaves. */
export interface About {
  readonly cluster: string;
  readonly verb: Verb;
  readonly object: string;
}

export const problem = (about: About, code: KubeProblemCode, message: string, more: Partial<KubeProblem> = {}): No<KubeProblem> =>
  no({ cluster: about.cluster, verb: about.verb, object: about.object, code, message, ...more });

/** The part of `meta/v1 Status` we read. */
export interface StatusBody {
  readonly kind?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly code?: number;
  readonly details?: { readonly causes?: readonly { readonly reason?: string; readonly message?: string; readonly field?: string }[]; readonly retryAfterSeconds?: number };
}

const MANAGER_IN_MESSAGE = /conflict with "((?:[^"\\]|\\.)*)"/;

const fieldConflicts = (status: StatusBody): FieldConflict[] =>
  (status.details?.causes ?? [])
    .filter(c => c.reason === 'FieldManagerConflict')
    .map(c => ({ manager: MANAGER_IN_MESSAGE.exec(c.message ?? '')?.[1] ?? 'unknown', field: c.field ?? '' }));

const codeOf = (http: number): KubeProblemCode => {
  if (http === 401) return 'UNAUTHORISED';
  if (http === 403) return 'FORBIDDEN';
  if (http === 404) return 'NOT_FOUND';
  if (http === 409) return 'STALE';
  if (http === 410) return 'GONE';
  if (http === 429 || http === 503) return 'OVERLOADED';
  if (http === 504) return 'TIMED_OUT';
  return http < 500 ? 'INVALID' : 'SERVER_ERROR';
};

// Two answers of the server that do not mean what their status says: another uid than the one an apply names comes back as an
// immutable field (422), and a field the schema does not know, in an apply, as an internal error (500).
const corrected = (http: number, status: StatusBody, code: KubeProblemCode): KubeProblemCode => {
  const causes = status.details?.causes ?? [];
  if (http === 422 && causes.length > 0 && causes.every(c => c.field === 'metadata.uid')) return 'STALE';
  return http === 500 && (status.message ?? '').startsWith('failed to create typed patch object') ? 'INVALID' : code;
};

/** The server's refusal as a problem. `text` may be anything: proxies answer with HTML. */
export const problemOfStatus = (about: About, http: number, text: string, retryAfterMs?: number): No<KubeProblem> => {
  let status: StatusBody = {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) status = parsed;
  } catch {
    status = { message: text.slice(0, 300) };
  }
  const conflicts = http === 409 ? fieldConflicts(status) : [];
  const after = retryAfterMs ?? (status.details?.retryAfterSeconds === undefined ? undefined : status.details.retryAfterSeconds * 1000);
  return problem(about, conflicts.length > 0 ? 'CONFLICT' : corrected(http, status, codeOf(http)), status.message ?? `HTTP ${http}`, {
    status: http,
    ...(after === undefined ? {} : { retryAfterMs: after }),
    ...(conflicts.length > 0 ? { conflicts } : {}),
  });
};

// Node gives TLS failures a code from OpenSSL's X509 list or ERR_TLS_*/ERR_SSL_*; there is no common class to test for.
const CERTIFICATE = /CERT|ERR_TLS|ERR_SSL|ERR_OSSL|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|HOSTNAME_MISMATCH|CRL_|SIGNATURE_FAILURE/;
const TIMEOUT = /UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT/;

/** A transport failure (no answer arrived) as a problem. The message carries the code and the innermost sentence, no header and no key. */
export const problemOfError = (about: About, error: unknown, closed: boolean): No<KubeProblem> => {
  const chain: Error[] = [];
  for (let e: unknown = error; e instanceof Error && chain.length < 5; e = e instanceof AggregateError ? e.errors[0] : e.cause) chain.push(e);
  const codes = chain.map(e => ('code' in e && typeof e.code === 'string' ? e.code : e.name));
  const message = `${codes.join(' ← ')}: ${chain.at(-1)?.message ?? String(error)}`;
  if (closed) return problem(about, 'CLOSED', 'the client was closed');
  if (codes.some(c => c === 'AbortError' || c === 'TimeoutError' || c === 'UND_ERR_ABORTED')) return problem(about, 'CANCELLED', message);
  if (codes.some(c => CERTIFICATE.test(c))) return problem(about, 'BAD_CERTIFICATE', message);
  if (codes.some(c => TIMEOUT.test(c))) return problem(about, 'TIMED_OUT', message);
  return problem(about, 'UNREACHABLE', message);
};
