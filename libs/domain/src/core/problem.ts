import type { Result } from './result.ts';
import { no } from './result.ts';

/**
 * Every refusal a person can meet, as data. The door renders `message` and `suggestion` from the code and the params,
 * in French or English; nothing below the door writes a sentence. docs/errors.md is generated from this list.
 */
export const PROBLEM_CODES = [
  // ValidationFailed: the input itself is wrong; repeating it cannot succeed.
  'UNKNOWN_FIELD', 'UNKNOWN_VALUE', 'REQUIRED', 'WRONG_TYPE', 'TOO_LONG', 'BAD_FORMAT', 'BELOW_MINIMUM', 'ABOVE_MAXIMUM', 'NOT_AN_INTEGER',
  'DUPLICATE', 'BAD_ID', 'BAD_CURSOR', 'INTERVAL_REVERSED', 'IN_THE_PAST', 'CONTRADICTION', 'TOPOLOGY_IMPOSSIBLE', 'UNPARSABLE_FILE', 'TOO_MANY_ROWS', 'BAD_SSH_KEY',
  'EXACTLY_ONE', 'LEGAL_SCOPE_CONTRADICTORY',
  'RACK_POWER_LIMIT', 'MACHINE_TALLER_THAN_RACK', 'RACK_UNITS_EXCEEDED', 'UNITS_OVERLAP', 'RACK_IDLE_POWER_EXCEEDED', 'COOLING_NOT_ACCEPTED', 'RACK_NOT_INSTALLED',
  'POWER_TREE_CYCLE', 'POWER_TWO_PARENTS', 'POWER_SIDE_MISMATCH', 'FEED_WITHOUT_SIDE', 'FEED_WRONG_SIDE', 'PHASES_CONTRADICT',
  'WOULD_BREAK_RUNNING', 'POOL_BOUNDS', 'POOL_SHAPE_MISMATCH', 'TARGET_ABOVE_MACHINES', 'QUOTA_COHORT_CYCLE', 'QUOTA_PARENT_MISMATCH',
  'CLUSTER_UNREACHABLE', 'CLUSTER_BAD_CERTIFICATE', 'CLUSTER_UNAUTHORISED', 'CLUSTER_FORBIDDEN', 'CLUSTER_BAD_KUBECONFIG', 'CLUSTER_CHECK_UNAVAILABLE',
  'PERIOD_NOT_OVER', 'PERIOD_TOO_LONG', 'PERIOD_PRUNED', 'RETENTION_BELOW_FLOOR', 'RETENTION_ABOVE_CEILING', 'NOTICE_TOO_SHORT', 'BAD_AGE_RECIPIENT',
  'LINK_TWO_ENDS', 'LINK_TO_ITSELF', 'NO_WEIGHT', 'MIXED_CURRENCIES',
  // What is true of a site and should worry somebody; an answer, never a refusal.
  'TOO_FEW_CARRIERS', 'BANDWIDTH_SHORT', 'NOBODY_ON_SITE', 'RESPONSE_TOO_SLOW', 'POWER_SHORT', 'SITE_UNLAWFUL',
  // NotEnoughCapacity, PowerRefused, LegalScopeRefused and QuotaExceeded: see placement reasons in capacity/.
  'NOT_ENOUGH_CAPACITY', 'POWER_REFUSED', 'TENANT_CLASS_REFUSED', 'LEGAL_SCOPE_REFUSED', 'QUOTA_EXCEEDED', 'REGION_UNAVAILABLE', 'TOO_MANY_PLANS', 'AUDIT_LOG_NOT_OPEN', 'TOO_MANY_EXPORTS', 'TOO_MANY_SINKS', 'SINK_FORMAT', 'SINK_OUTSIDE_EU', 'EXPORT_UNPROVABLE', 'EXPORT_STORAGE', 'VIEW_UNAVAILABLE', 'EXPORT_EXPIRED', 'RANGE_UNSATISFIABLE',
  // No event is taken, so no act.
  'AUDIT_FROZEN',
  // Who may let whom read an audit log.
  'OWN_MANDATE', 'NOT_A_PERSON', 'INCOMPATIBLE_RIGHTS', 'MANDATE_NOT_IN_FORCE', 'MANDATE_MISSING',
  // The rest of the unions.
  'IDEMPOTENCY_CONFLICT', 'STILL_RUNNING', 'STALE_GENERATION', 'ALREADY_EXISTS', 'WRONG_STATE', 'SAME_PERSON', 'OWN_TRACES', 'LEGAL_HOLD', 'IN_USE', 'NOT_FOUND', 'FORBIDDEN',
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** Numbers and words that the message shows: field, value, limit, have, want… Integers only, in the unit the key names. */
export type Params = Readonly<Record<string, string | number | readonly string[]>>;

export interface Problem {
  readonly code: ProblemCode;
  /** Path into the input, outermost first, list indices as decimal text: `['racks', '3', 'maxPowerW']`. */
  readonly path?: readonly string[];
  /** 1-based line of an imported file, when the fault has one. */
  readonly line?: number;
  readonly params: Params;
  /** True when the same request may succeed later without a change by the caller. */
  readonly retryable: boolean;
}

export const problem = (
  code: ProblemCode,
  params: Params = {},
  more: { readonly path?: readonly string[]; readonly line?: number; readonly retryable?: boolean } = {},
): Problem => ({
  code,
  params,
  retryable: more.retryable ?? false,
  ...(more.path === undefined ? {} : { path: more.path }),
  ...(more.line === undefined ? {} : { line: more.line }),
});

export const refuse = (code: ProblemCode, params?: Params, more?: Parameters<typeof problem>[2]): Result<never, Problem> =>
  no(problem(code, params, more));

/** Several faults of one input: reported together so that a file is mended in one round. Never empty. */
export type Faults = readonly [Problem, ...Problem[]];
export const faults = (list: readonly Problem[]): Faults | undefined => {
  const [first, ...rest] = list;
  return first === undefined ? undefined : [first, ...rest];
};
