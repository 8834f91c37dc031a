import { Outage } from '@cadastre/store/pool';
import type { FastifyReply } from 'fastify';
import { GraphQLError, type ExecutionResult } from 'graphql';
import { CATALOGUES } from './messages/render.ts';
import type { Door, Viewer } from './viewer.ts';

type WithErrors = ExecutionResult & Required<Pick<ExecutionResult, 'errors'>>;

/**
 * GraphQL errors are for malformed documents, limits and what broke. Only the first two may show their message; what broke gets a generic one with the
 * request's id, and the log gets the rest.
 */
export const formatErrors = (door: Door, execution: WithErrors, context: { readonly viewer?: Viewer; readonly reply?: FastifyReply }) => {
  const requestId = context.viewer?.requestId ?? context.reply?.request.id;
  const said = CATALOGUES[context.viewer?.lang ?? 'fr'].errors;
  let status = 400;
  const errors = flat(execution.errors).map(error => {
    const e = error instanceof GraphQLError ? error : new GraphQLError(error.message, { originalError: error });
    if (isTheCallers(e)) return { ...e.toJSON(), extensions: { code: 'BAD_REQUEST', ...e.extensions, requestId } };
    const outage = e.originalError instanceof Outage;
    status = outage ? 503 : 500;
    door.log.error({ err: e.originalError ?? e, requestId, path: e.path }, outage ? 'the database did not answer' : 'a resolver broke');
    return { message: outage ? said.UNAVAILABLE : said.INTERNAL, ...(e.path === undefined ? {} : { path: e.path }), extensions: { code: outage ? 'UNAVAILABLE' : 'INTERNAL', requestId } };
  });
  // A part of the answer beside an error is an answer (GraphQL over HTTP, §6.4): only its absence changes the status.
  const statusCode = execution.data !== null && execution.data !== undefined ? 200 : status;
  return { statusCode, response: { data: execution.data ?? null, errors } as unknown as ExecutionResult };
};

/** Mercurius wraps validation errors into one of its own. */
const flat = (errors: readonly GraphQLError[]): readonly (GraphQLError | Error)[] =>
  errors.flatMap(e => {
    const inner = (e as { errors?: readonly GraphQLError[] }).errors ?? (e.originalError as { errors?: readonly GraphQLError[] } | undefined)?.errors;
    return Array.isArray(inner) ? (inner as readonly GraphQLError[]) : [e];
  });

/** No original error: graphql-js made it from the document or the variables; a GraphQLError as the original: we threw it on purpose. */
const isTheCallers = (e: GraphQLError): boolean => e.originalError === undefined || e.originalError instanceof GraphQLError || isMercuriusRefusal(e.originalError);
const isMercuriusRefusal = (e: Error): boolean => String((e as { code?: unknown }).code ?? '').startsWith('MER_ERR_GQL');
