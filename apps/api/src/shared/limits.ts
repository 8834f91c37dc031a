import { costLimitRule } from '@escape.tech/graphql-armor-cost-limit';
import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import { NoSchemaIntrospectionCustomRule, type ASTVisitor, type ValidationContext } from 'graphql';

/** What a document may cost before a resolver runs. Our own largest (the command line's `describe`) takes half of each. */
export const LIMITS = { depth: 12, aliases: 20, directives: 20, cost: 20_000, documentCharacters: 32 * 1024, bodyBytes: 3 * 1024 * 1024 } as const;

/** After this the caller is told to try again. Above the statement timeout of the door's database role, so that the database gives up first and says what it was. */
export const OPERATION_MS = { tenant: 15_000, provider: 45_000 } as const;

type Rule = (context: ValidationContext) => ASTVisitor;

// The rules of graphql-armor are written against visitor types of their own.
const rule = (made: unknown): Rule => made as Rule;

export const validationRules = (environment: 'development' | 'production'): readonly Rule[] => [
  rule(maxDepthRule({ n: LIMITS.depth, ignoreIntrospection: true, flattenFragments: true })),
  rule(maxAliasesRule({ n: LIMITS.aliases, allowList: [] })),
  rule(maxDirectivesRule({ n: LIMITS.directives })),
  rule(costLimitRule({ maxCost: LIMITS.cost, ignoreIntrospection: true, flattenFragments: true, objectCost: 2, scalarCost: 1, depthCostFactor: 1.5 })),
  // The schemas are published files; on a production door introspection only helps to look for what a key can do.
  ...(environment === 'production' ? [NoSchemaIntrospectionCustomRule] : []),
];

/** Requests of one tenant or key: a bucket that refills steadily. In one process; a fleet multiplies it by its replicas. */
export interface TokenBucket {
  /** False when the bucket is empty. */
  take(who: string, nowMs: number): boolean;
}

const WATCHED_AT_MOST = 10_000;

export const createTokenBucket = (perSecond: number, burst: number): TokenBucket => {
  const buckets = new Map<string, { left: number; at: number }>();
  return {
    take: (who, nowMs) => {
      const known = buckets.get(who) ?? { left: burst, at: nowMs };
      // A clock that was put back gives nothing; it must not take what is left for as long as it went back.
      const left = Math.min(burst, known.left + (Math.max(0, nowMs - known.at) * perSecond) / 1000);
      const passes = left >= 1;
      if (buckets.size >= WATCHED_AT_MOST && !buckets.has(who)) buckets.delete(buckets.keys().next().value ?? '');
      // Who is refused pays nothing: otherwise a caller that keeps asking would never be let in again.
      buckets.set(who, { left: passes ? left - 1 : left, at: nowMs });
      return passes;
    },
  };
};
