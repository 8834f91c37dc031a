import type { Instant } from '@cadastre/domain/core';
import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { DateTimeResolver, SafeIntResolver } from 'graphql-scalars';

/** An RFC 3339 instant of any offset, normalised to UTC with milliseconds: the only form that exists inside. */
const normalise = (value: unknown): Instant => {
  if (typeof value !== 'string') throw new GraphQLError(`An instant is a text such as 2026-11-24T10:00:00Z, not ${typeof value}.`);
  // graphql-scalars knows RFC 3339's grammar and calendar; what it gives is a Date.
  return (DateTimeResolver.parseValue(value)).toISOString();
};

export const DateTime = new GraphQLScalarType<Instant, Instant>({
  name: 'DateTime',
  serialize: value => value as Instant,
  parseValue: normalise,
  parseLiteral: node => normalise(node.kind === Kind.STRING ? node.value : undefined),
});

export const SafeInt = SafeIntResolver;
