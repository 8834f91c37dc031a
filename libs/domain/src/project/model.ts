import type { Condition, Instant, OrganisationId, ProjectId } from '../core/index.ts';

export const PROJECT_STAGES = ['TRIAL', 'PILOT', 'PRODUCTION'] as const;
export type ProjectStage = (typeof PROJECT_STAGES)[number];
export const DATA_CLASSES = ['ORDINARY', 'PUBLIC_SENSITIVE', 'HEALTH'] as const;
export type DataClass = (typeof DATA_CLASSES)[number];

/** What a request needs of the law; a project's value is the default of its orders. */
export interface LegalScope {
  /** Empty: any. */
  readonly jurisdictions: readonly string[];
  readonly certifications: readonly string[];
  readonly dataClass: DataClass;
}

export interface Project {
  readonly id: ProjectId;
  readonly tenantId: OrganisationId;
  /** Unique in the organisation; `[a-z][a-z0-9-]{1,30}`. */
  readonly code: string;
  readonly name: string;
  readonly stage: ProjectStage;
  readonly expiresAt?: Instant;
  readonly legalScope: LegalScope;
  readonly conditions: readonly Condition<'NamespacesReady'>[];
  readonly observedGeneration: number;
  readonly generation: number;
}
