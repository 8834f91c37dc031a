import { recordAudit } from '@cadastre/store/commit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { getOperationAST, getVariableValues, GraphQLError, Kind, OperationTypeNode, type DocumentNode, type GraphQLSchema } from 'graphql';
import { formatErrors } from './format-errors.ts';
import type { Gate } from './gate.ts';
import { tenantPart } from './mutate.ts';
import type { Door, Viewer } from './viewer.ts';

/** Whatever is thrown before a resolver runs is answered here. Who tried to change something leaves an event, even when the attempt was not GraphQL. */
export const answerRefused = (door: Door, gate: Gate) =>
  async (thrown: Error, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const viewer = gate.viewerOf(request);
    let error = thrown;
    if (triesMutation(request)) {
      await recordAttempt(viewer, formatErrors(door, { errors: [thrown] }, { viewer, reply }).response).catch((e: unknown) => {
        error = e as Error;
      });
    }
    const { statusCode, response } = formatErrors(door, { errors: [error] }, { viewer, reply });
    return await reply.code(statusCode).send(response);
  };

// By its text, because what cannot be parsed may have been meant as one.
const triesMutation = ({ body }: FastifyRequest): boolean => /\bmutation\b/.test(String((body as { query?: unknown } | null | undefined)?.query));

const recordAttempt = async (viewer: Viewer, { errors }: { readonly errors?: readonly { readonly extensions?: { readonly [name: string]: unknown } }[] }): Promise<void> => {
  const code = errors?.[0]?.extensions?.['code'];
  const reason = typeof code === 'string' ? code : 'BAD_REQUEST';
  const act = viewer.act('mutation', 'document', { denied: true });
  await recordAudit(viewer.door.store, act, [{ type: 'request.invalid', phase: 'denied', outcome: 'failure', reason, target: { kind: 'request', id: viewer.requestId }, ...tenantPart(viewer) }], viewer.scope);
};

/** A refusal of the variables or of the choice of an operation, in the form that Mercurius knows for a document that is wrong. */
class WrongRequest extends Error {
  readonly code = 'MER_ERR_GQL_VALIDATION';
  readonly errors: readonly GraphQLError[];
  constructor(errors: readonly GraphQLError[]) {
    super('the request does not fit the document');
    this.errors = errors;
  }
}

/**
 * Before each execution of a document that is already known to be valid.
 *
 * Mercurius compiles a document for the operation that was asked for first and then runs that one whatever `operationName` says: a document of several
 * operations is therefore handed back as it is, which keeps it interpreted.
 */
export const beforeExecution = async (schema: GraphQLSchema, document: DocumentNode, context: unknown, variables: Record<string, unknown> | undefined) => {
  const request = (context as { readonly reply?: { readonly request: FastifyRequest } }).reply?.request;
  const { operationName } = { ...(request?.query as object | undefined), ...(request?.body as object | undefined) } as { readonly operationName?: string | null };
  const operation = getOperationAST(document, operationName);
  if (operation == null) throw new WrongRequest([new GraphQLError('operationName names none of the document\'s operations, or is needed to choose one.')]);
  if (operation.operation === OperationTypeNode.SUBSCRIPTION) throw new WrongRequest([new GraphQLError('Subscribe over a WebSocket (graphql-transport-ws).', { nodes: operation })]);
  const definitions = operation.variableDefinitions ?? [];
  // Coerced by graphql-js before the compiled document sees them: graphql-jit 0.8 refuses an input field that is required, has a default and is left out,
  // although the specification says that it may be.
  const { errors, coerced } = getVariableValues(schema, definitions, variables ?? {}, { maxErrors: 20 });
  if (errors !== undefined) throw new WrongRequest(errors);
  return {
    variables: coerced,
    ...(document.definitions.filter(d => d.kind === Kind.OPERATION_DEFINITION).length > 1 ? { document } : {}),
  };
};
