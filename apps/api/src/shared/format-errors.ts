import { Frozen, Outage } from '@cadastre/store/pool';
import type { FastifyReply } from 'fastify';
import { GraphQLError, type ExecutionResult, type GraphQLFormattedError } from 'graphql';
import { TooLate } from './deadline.ts';
import { CATALOGUES } from './messages/render.ts';
import { prefersResponseJson } from './over-http.ts';
import type { Door, Viewer } from './viewer.ts';

interface Faulty {
  readonly data?: unknown;
  readonly errors: readonly Error[];
}
interface Asked {
  readonly viewer?: Viewer | undefined;
  readonly reply?: FastifyReply | undefined;
}

/**
 * GraphQL errors are for malformed documents, limits and what broke. Only the first two may show their message; what broke gets a generic one with the
 * request's id, and the log gets the rest.
 */
export const formatErrors = (door: Door, execution: Faulty, context: Asked) => {
  const shown = flat(execution.errors).map(e => formatError(door, e, context));
  const errors = shown.map(s => s.error);
  const { data } = execution;
  // A part of the answer beside an error is an answer (GraphQL over HTTP, §6.4): only its absence changes the status.
  if (data != null) return { statusCode: 200, response: { data, errors } as unknown as ExecutionResult };
  const status = Math.max(...shown.map(s => s.status));
  // No `data` at all when nothing was executed.
  return { statusCode: status === OF_DOCUMENT ? statusOfDocument(context) : status, response: { ...(data === null ? { data } : {}), errors } as unknown as ExecutionResult };
};

/** Less than any HTTP status: it depends on the media type, and any other fault outweighs it. */
const OF_DOCUMENT = 0;
// The older media type has no status of its own for a document with faults: a 4xx could come from any proxy on the way.
const statusOfDocument = ({ reply }: Asked): number => (prefersResponseJson(reply?.request.headers.accept) ? 400 : 200);

/** One error as it may be shown, and what it means for the status. */
export const formatError = (door: Door, error: Error, { viewer, reply }: Asked): { readonly error: GraphQLFormattedError; readonly status: number } => {
  const requestId = viewer?.requestId ?? reply?.request.id;
  const e = error instanceof GraphQLError ? error : new GraphQLError(error.message, { originalError: error });
  const status = callersStatus(e);
  if (status !== undefined) return { error: { ...e.toJSON(), extensions: { code: codeOf(e), ...e.extensions, requestId } }, status };
  const said = CATALOGUES[viewer?.lang ?? 'fr'].errors;
  const outage = e.originalError instanceof Outage || e.originalError instanceof TooLate;
  door.log.error({ err: e.originalError ?? e, requestId, path: e.path }, outage ? 'the operation did not end in time' : 'a resolver broke');
  const frozen = e.originalError instanceof Frozen;
  const message = frozen ? said.AUDIT_FROZEN : outage ? said.UNAVAILABLE : said.INTERNAL;
  return { error: { message, ...(e.path === undefined ? {} : { path: e.path }), extensions: { code: frozen ? 'AUDIT_FROZEN' : outage ? 'UNAVAILABLE' : 'INTERNAL', requestId } }, status: outage ? 503 : 500 };
};

/** Mercurius wraps validation errors into one of its own. */
const flat = (errors: readonly Error[]): readonly Error[] =>
  errors.flatMap(e => {
    const { errors, originalError } = e as { readonly errors?: readonly Error[]; readonly originalError?: { readonly errors?: readonly Error[] } };
    const inner = errors ?? originalError?.errors;
    if (!Array.isArray(inner)) return [e];
    return (inner as readonly Error[]).map(i => {
      if (i instanceof GraphQLError) return i;
      return new GraphQLError(i.message, { originalError: e });
    });
  });

/**
 * The status when the fault is the caller's, and its message may be shown; undefined when it is ours. An error with a path happened while executing: there
 * only what we threw with a code of our own is meant for the caller, and a null where the schema allows none is a bug like any other.
 */
const callersStatus = (e: GraphQLError): number | undefined => {
  const original = e.originalError;
  // The compiled document's own errors come without extensions, whatever graphql-js declares.
  const extensions = e.extensions as GraphQLError['extensions'] | undefined;
  if (original === undefined || original instanceof GraphQLError) return e.path === undefined || extensions?.['code'] !== undefined ? OF_DOCUMENT : undefined;
  const { statusCode, code } = original as { readonly statusCode?: unknown; readonly code?: unknown };
  if (String(code).startsWith('MER_ERR_GQL')) return OF_DOCUMENT;
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 ? statusCode : undefined;
};

const OUR_CODE = /^(?!FST_|MER_)[A-Z_]+$/;
const codeOf = (e: GraphQLError): string => {
  const code = (e.originalError as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' && OUR_CODE.test(code) ? code : 'BAD_REQUEST';
};
