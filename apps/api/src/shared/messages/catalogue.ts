import type { Counterfactual, PlacementReason } from '@cadastre/domain/capacity';
import type { ClusterReason } from '@cadastre/domain/cluster';
import type { ProblemCode } from '@cadastre/domain/core';
import type { InstanceReason } from '@cadastre/domain/instance';
import type { NodeReason, PoolReason } from '@cadastre/domain/pool';
import type { LawReason } from '@cadastre/domain/law';
import type { ProjectReason } from '@cadastre/domain/project';
import type { LoginFailure } from '../auth/identity.ts';

/** ICU messages: what is wrong, and what to do about it. Parameters come from the problem; a unit is part of the sentence. */
export interface Sentence {
  readonly message: string;
  readonly suggestion: string;
}

/** Two audiences: what the operator reads names machines and clusters, what the tenant reads names nothing that is not the tenant's. */
export interface Said {
  readonly operator: string;
  readonly tenant: string;
}

export type ConditionReason = ClusterReason | InstanceReason | NodeReason | PoolReason | ProjectReason;

/** Complete by type: a code or reason without words in both languages does not compile. */
export interface Catalogue {
  readonly problems: Readonly<Record<ProblemCode, Sentence>>;
  /** The operator reads which rack, node or pool, and all numbers; the tenant nothing that tells of others: `verdict.ts` lists the parameters that are left. */
  readonly placement: Readonly<Record<PlacementReason, Said>>;
  /** What would be accepted instead: an order to the reader, without capital and full stop. Dates are given as text. */
  readonly remedies: Readonly<Record<Counterfactual['change'], string>>;
  readonly verdicts: {
    /** Neither a date that is declared nor an end of what runs would help. */
    readonly never: string;
    /** Nothing else was found that would do, and it is not impossible either. */
    readonly noRemedy: string;
    readonly placed: string;
    /** Instances give way to a refused order, which has to be sent again. */
    readonly yields: string;
  };
  /** What a plan's reader should know before he orders it. */
  readonly diagnostics: Readonly<Record<'PRICE_UNKNOWN' | 'CARBON_UNKNOWN' | 'WIDER_THAN_WISHED', string>>;
  /** What the law of an order does not have at a site; the parameters are those of a `LawRefusal`. */
  readonly law: Readonly<Record<LawReason, string>>;
  readonly conditions: Readonly<Record<ConditionReason, Said>>;
  readonly login: Readonly<Record<LoginFailure, string>>;
  readonly errors: Readonly<Record<'INTERNAL' | 'UNAVAILABLE' | 'AUDIT_FROZEN' | 'TOO_MANY_REQUESTS', string>>;
}
