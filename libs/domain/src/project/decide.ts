import type { AuditFact } from '../audit/model.ts';
import type { Change, Decided } from '../audit/decision.ts';
import { alreadyExists, amended, current, unless } from '../audit/decision.ts';
import * as check from '../core/check.ts';
import { at } from '../core/check.ts';
import type { Faults, Ids, Instant, OrganisationId, ProjectId, Result } from '../core/index.ts';
import type { Patch } from '../core/patch.ts';
import { changed } from '../core/patch.ts';
import type { LegalScope, Project } from './model.ts';

export type CreateProject = Pick<Project, 'code' | 'name' | 'stage' | 'expiresAt' | 'legalScope'>;
/** The code never changes: namespaces bear it. */
const CHANGEABLE = ['name', 'stage', 'expiresAt', 'legalScope'] as const;
type Changeable = (typeof CHANGEABLE)[number];
export interface UpdateProject extends Patch<Pick<Project, Changeable>> {
  readonly id: ProjectId;
  readonly generation: number;
}

const MAX_SCOPES = 32;

/** `taken`: the organisation has a project with this code. */
export const decideCreateProject = (input: CreateProject, seen: { readonly taken: boolean }, by: { readonly ids: Ids; readonly tenantId: OrganisationId; readonly now: Instant }): Decided<Project> =>
  unless(
    [
      ...check.code(at('code'), input.code), ...check.text(at('name'), input.name, 120), ...scope(input.legalScope), ...expiry(input.expiresAt, by.now),
      ...(seen.taken ? [alreadyExists('project', input.code, at('code'))] : []),
    ],
    () => {
      const next: Project = { ...input, id: by.ids.next('project'), tenantId: by.tenantId, conditions: [], observedGeneration: 0, generation: 1 };
      return { next, events: [event(next, 'created')], audit: [fact(next, 'tenancy.project.create')] };
    },
  );

export const decideUpdateProject = (input: UpdateProject, seen: { readonly project: Project | undefined }, by: { readonly now: Instant }): Result<Change<Project, Changeable>, Faults> => {
  const found = current('project', input, seen.project, ['name', 'stage', 'legalScope']);
  if (!found.ok) return found;
  const amend = amended(found.value, input, CHANGEABLE);
  const faults = [
    ...check.text(at('name'), amend.next.name, 120), ...scope(amend.next.legalScope),
    ...(input.expiresAt === undefined ? [] : expiry(amend.next.expiresAt, by.now)),
  ];
  return unless(faults, () => ({
    ...amend,
    events: [event(amend.next, 'updated')],
    audit: [{ ...fact(amend.next, 'tenancy.project.update'), change: changed(found.value, amend.next, CHANGEABLE, ['stage']) }],
  }));
};

const scope = (s: LegalScope): check.Found => [
  ...check.integer(at('legalScope', 'jurisdictions'), s.jurisdictions.length, 0, MAX_SCOPES),
  ...check.integer(at('legalScope', 'certifications'), s.certifications.length, 0, MAX_SCOPES),
  ...s.jurisdictions.flatMap((j, n) => check.form(at('legalScope', 'jurisdictions', n), j, /^(?:[A-Z]{2,6}-)?[A-Z]{2}$/, 'EU-FR')),
  ...s.certifications.flatMap((c, n) => check.form(at('legalScope', 'certifications', n), c, /^[A-Z][A-Z0-9_]{1,30}$/, '[A-Z][A-Z0-9_]{1,30}')),
];

const expiry = (expiresAt: Instant | undefined, now: Instant): check.Found =>
  expiresAt !== undefined && expiresAt <= now ? [check.fault('IN_THE_PAST', at('expiresAt'), { value: expiresAt, now })] : check.NONE;

const event = (p: Project, verb: string) => ({ noun: 'project', objectId: p.id, verb, regionCode: '_', tenantId: p.tenantId });
const fact = (p: Project, type: AuditFact['type']): AuditFact => ({ type, phase: 'completed', outcome: 'success', tenant: p.tenantId, target: { kind: 'project', id: p.id, parent: p.tenantId } });
