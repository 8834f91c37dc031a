import { createHash } from 'node:crypto';
import { EXIT, Stop } from './exit.ts';
import { reason } from './issuer.ts';
import type { Session } from './session.ts';
import { say } from './words.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };
/** `undefined` is a field left out: JSON drops it. */
export type Row = { readonly [key: string]: Json | undefined };

/** A scalar as a person reads it; an object would be a bug of the caller, and shows as JSON. */
export const text = (value: Json | undefined): string => (value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value));

interface Answer {
  readonly data?: Record<string, Json> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string; readonly requestId?: string } }[];
}

/** One GraphQL request. Data is returned as it is; transport failures and GraphQL errors end the command with a sentence. */
export const query = async (session: Session, document: string, variables: Record<string, unknown> = {}): Promise<Record<string, Json>> => {
  const response = await fetch(session.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
      'accept-language': session.lang,
      authorization: `Bearer ${session.token}`,
    },
    body: JSON.stringify({ query: document, variables }),
    signal: AbortSignal.timeout(60_000),
  }).catch((e: unknown) => {
    throw new Stop(EXIT.unreachable, say(session.lang, 'noServer', session.url, reason(e)));
  });
  const answer = parse(await response.text());
  const error = answer?.errors?.[0];
  if (response.status === 401 || response.status === 403) throw new Stop(EXIT.unauthenticated, say(session.lang, 'badToken', (error?.message ?? String(response.status)).replace(/\.$/, '')));
  if (error !== undefined || answer?.data == null) {
    const id = error?.extensions?.requestId ?? response.headers.get('x-request-id') ?? '-';
    throw new Stop(EXIT.unreachable, say(session.lang, 'serverError', error?.message ?? `HTTP ${response.status}`, id));
  }
  return answer.data;
};

const parse = (body: string): Answer | undefined => {
  try {
    return JSON.parse(body) as Answer;
  } catch {
    return undefined;
  }
};

const PROBLEM = `__typename ... on Problem { code message suggestion retryable path } ... on ValidationFailed { faults { message suggestion path line } }`;

/** Runs one mutation and returns the accepted member of its union; a problem ends the command, spelled out. */
export const mutate = async (session: Session, field: string, input: Record<string, unknown>, accepted: string): Promise<Row> => {
  const type = `${field[0]?.toUpperCase() ?? ''}${field.slice(1)}Input`;
  const data = await query(session, `mutation ($input: ${type}!) { ${field}(input: $input) { ${PROBLEM} ${accepted} } }`, {
    input: { ...input, idempotencyKey: input['idempotencyKey'] ?? keyOf(field, input) },
  });
  // The member's own name says nothing that its fields do not.
  const { __typename: _, ...result } = data[field] as Row;
  if (typeof result['code'] === 'string') throw new Stop(EXIT.refused, [problemText(result), ...(typeof result['decisionId'] === 'string' ? [say(session.lang, 'explainHint', result['decisionId'])] : [])].join('\n'));
  return result;
};

/**
 * The same command gives the same key, so that repeating it after a lost answer cannot do it twice. What makes two equal
 * commands different (an update's generation) is part of the input.
 */
export const keyOf = (field: string, input: Record<string, unknown>): string =>
  `cli-${createHash('sha256').update(`${field}\n${JSON.stringify(input)}`).digest('hex').slice(0, 40)}`;

export const problemText = (p: Row): string => {
  const faults = Array.isArray(p['faults']) ? (p['faults'] as readonly Row[]) : [];
  if (faults.length > 1) return [`${text(p['code'])}:`, ...faults.map(faultText)].join('\n');
  const reasons = Array.isArray(p['reasons']) ? (p['reasons'] as readonly Row[]).map(r => `  ${text(r['reason'])}: ${text(r['message'])}`) : [];
  // The first is the suggestion itself.
  const others = Array.isArray(p['counterfactuals']) ? (p['counterfactuals'] as readonly Row[]).slice(1).map(c => `→ ${text(c['sentence'])}`) : [];
  return [`${text(p['code'])}: ${faults[0] === undefined ? text(p['message']) : faultText(faults[0]).trim()}`, ...reasons, `→ ${text(p['suggestion'])}`, ...others].join('\n');
};

const faultText = (f: Row): string => {
  const path = Array.isArray(f['path']) ? f['path'].join('.') : '';
  const line = f['line'] == null ? '' : `${text(f['line'])}: `;
  return `  ${line}${path === '' ? '' : `${path}: `}${text(f['message'])}`;
};

/** Every edge of a connection, page by page; `selection` is what to read of each node. */
export const listAll = async (session: Session, field: string, selection: string, args: Record<string, string> = {}): Promise<Row[]> => {
  const rows: Row[] = [];
  let after: string | null = null;
  do {
    const given = Object.entries(args).map(([k, v]) => `${k}: ${JSON.stringify(v)}`);
    const at = [...given, 'first: 100', ...(after === null ? [] : [`after: ${JSON.stringify(after)}`])].join(', ');
    // A list that some roles may not read is a union; the others are the connection itself, where a Problem fragment would be invalid.
    const refusal = field === 'apiKeys' || field === 'mandates' || field === 'auditExports' ? '... on Problem { code message suggestion }' : '';
    const body = `${refusal} ... on ${connectionOf(field)} { edges { node { ${selection} } } pageInfo { hasNextPage endCursor } }`;
    const data = await query(session, `{ ${field}(${at}) { ${body} } }`);
    const page = data[field] as Row;
    if (typeof page['code'] === 'string') throw new Stop(EXIT.refused, problemText(page));
    rows.push(...(page['edges'] as readonly { readonly node: Row }[]).map(e => e.node));
    const info = page['pageInfo'] as { hasNextPage: boolean; endCursor: string | null };
    after = info.hasNextPage ? info.endCursor : null;
  } while (after !== null);
  return rows;
};

const connectionOf = (field: string): string => field === 'decisions' ? 'PlacementDecisionConnection' : `${field[0]?.toUpperCase() ?? ''}${field.slice(1).replace(/s$/, '')}Connection`;
