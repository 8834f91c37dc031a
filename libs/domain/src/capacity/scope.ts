import type { TenantClass } from '../organisation/model.ts';
import { Candidates } from './candidates.ts';
import type { PlacementRequest } from './model.ts';
import type { CapacityState, PoolFact } from './state.ts';
import type { Tally } from './tally.ts';

/** Which pools a request may use, and the racks behind them. The same for all requests of one class, shape and place. */
export interface Scope {
  /** GPUs per claim. */
  readonly size: number;
  /** Machines of the shape at the place asked for, by pool, with what speaks against the pool. */
  readonly groups: readonly Group[];
  readonly candidates: Candidates;
}
export interface Group {
  readonly tally: Tally;
  /** Absent while the pool is not in the ledger, or the machines serve none. */
  readonly pool: PoolFact | undefined;
  readonly admitted: boolean;
  readonly paused: boolean;
}

export type ScopeRequest = Pick<PlacementRequest, 'tenantClass' | 'shapeId' | 'datacenterId' | 'poolId' | 'gpusPerInstance'>;

export const admits = (pool: PoolFact, tenantClass: TenantClass): boolean =>
  pool.datacenterTenantClasses.includes(tenantClass) && (pool.tenantClasses.length === 0 || pool.tenantClasses.includes(tenantClass));

/** What was derived from a state: emptied when full or out of date, without effect on any answer. */
interface Memo {
  structure: number;
  rules: number;
  /** By what a request may use. */
  readonly scopes: Map<string, Scope>;
  /** By shape, size of claim and pools. */
  readonly candidates: Map<string, Candidates>;
}
const MAX_CACHED = 1024;
// Beside the state, not in it: a state is a fold of the ledger and nothing else.
const memos = new WeakMap<CapacityState, Memo>();

const memoOf = (s: CapacityState): Memo => {
  const memo = memos.get(s) ?? { structure: s.structure, rules: s.rules, scopes: new Map<string, Scope>(), candidates: new Map<string, Candidates>() };
  memos.set(s, memo);
  if (memo.structure !== s.structure || memo.candidates.size > MAX_CACHED) memo.candidates.clear();
  if (memo.structure !== s.structure || memo.rules !== s.rules || memo.scopes.size > MAX_CACHED || memo.candidates.size === 0) memo.scopes.clear();
  memo.structure = s.structure;
  memo.rules = s.rules;
  return memo;
};

export const scopeOf = (s: CapacityState, r: ScopeRequest): Scope => {
  const key = `${r.shapeId}|${r.tenantClass}|${r.datacenterId ?? ''}|${r.poolId ?? ''}|${String(r.gpusPerInstance ?? 0)}`;
  const memo = memoOf(s);
  const known = memo.scopes.get(key);
  if (known !== undefined) {
    known.candidates.sync();
    return known;
  }
  const shape = s.shapes.find(r.shapeId) ?? -1;
  const groups = [...s.tallies.values()].filter(t => t.shape === shape && t.total > 0).flatMap(t => groupOf(s, t, r));
  const whole = groups.reduce((most, g) => Math.max(most, g.tally.largest), 1);
  const size = r.gpusPerInstance ?? whole;
  const usable = groups.filter(g => g.pool !== undefined && g.admitted && !g.paused).map(g => g.tally.pool);
  const scope: Scope = { size, groups, candidates: candidatesOf(s, memo, shape, size, usable) };
  memo.scopes.set(key, scope);
  return scope;
};

const groupOf = (s: CapacityState, tally: Tally, r: ScopeRequest): Group[] => {
  const pool = tally.pool < 0 ? undefined : s.poolFacts[tally.pool];
  // Machines without a pool serve nobody yet. They are named in a refusal only where no place was asked for: their pool is unknown.
  if (pool === undefined) return r.poolId === null && r.datacenterId === null ? [{ tally, pool, admitted: true, paused: true }] : [];
  if (r.poolId !== null && pool.poolId !== r.poolId) return [];
  if (r.datacenterId !== null && pool.datacenterId !== r.datacenterId) return [];
  return [{ tally, pool, admitted: admits(pool, r.tenantClass), paused: pool.paused }];
};

const candidatesOf = (s: CapacityState, memo: Memo, shape: number, size: number, pools: readonly number[]): Candidates => {
  const key = `${String(shape)}|${String(size)}|${[...pools].sort((a, b) => a - b).join(',')}`;
  const known = memo.candidates.get(key);
  if (known !== undefined) return known.sync();
  const made = new Candidates(s, shape, size, new Set(pools));
  memo.candidates.set(key, made);
  return made;
};
