import type { Problem } from '@cadastre/domain/core';
import type { Lang } from '@cadastre/platform/locale';
import { GraphQLError } from 'graphql';
import { problemData } from './problems.ts';

/**
 * For the few refusals that no union can carry: arguments of a plain list, a subscription that cannot begin. Everything else that a caller can
 * meet is data.
 */
export const badRequest = (lang: Lang, p: Problem): GraphQLError => {
  const { code, message, suggestion, path } = problemData(lang, p);
  return new GraphQLError(message, { extensions: { code, suggestion, argument: path } });
};
