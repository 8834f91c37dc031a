import { getOperationAST, getVariableValues, type DocumentNode, type GraphQLError, type GraphQLSchema } from 'graphql';

/** A refusal of a request that is well-formed HTTP and a valid document, in the form that Mercurius knows. */
export class WrongRequest extends Error {
  readonly code = 'MER_ERR_GQL_VALIDATION';
  readonly statusCode = 400;
  readonly errors: readonly GraphQLError[];
  constructor(errors: readonly GraphQLError[]) {
    super('the request does not fit the document');
    this.errors = errors;
  }
}

/**
 * Fills in the defaults of input fields by graphql-js, before the compiled document sees the variables: graphql-jit 0.8 refuses a field that is required and
 * has a default when the caller leaves it out, although the specification says that it may be left out. Documents without variables pass through.
 */
export const fillDefaults = (
  schema: GraphQLSchema, document: DocumentNode, _context: unknown, variables: Record<string, unknown> | undefined, operationName?: string | null,
): { readonly variables?: Record<string, unknown> } => {
  const definitions = getOperationAST(document, operationName)?.variableDefinitions;
  if (definitions === undefined || definitions.length === 0) return {};
  const { errors, coerced } = getVariableValues(schema, definitions, variables ?? {}, { maxErrors: 20 });
  if (errors !== undefined) throw new WrongRequest(errors);
  return { variables: coerced };
};
