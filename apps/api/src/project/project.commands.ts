import type { ProjectId } from '@cadastre/domain/core';
import { ok } from '@cadastre/domain/core';
import { decideCreateProject, decideUpdateProject, type Project } from '@cadastre/domain/project';
import * as projects from '@cadastre/store/project';
import type { Stored } from '@cadastre/store/sql';
import type { CreateProjectInput, UpdateProjectInput } from '../generated/tenant.ts';
import { idOrNone } from '../shared/input.ts';
import { listById, type ListArgs } from '../shared/lists.ts';
import { mutate, type Policy } from '../shared/mutate.ts';
import { conditionsData } from '../shared/problems.ts';
import { tenantOf, type Viewer } from '../shared/viewer.ts';

const CREATE: Policy = { operation: 'createProject', roles: ['OWNER', 'ENGINEER'] };
const UPDATE: Policy = { operation: 'updateProject', roles: ['OWNER', 'ENGINEER'] };

/** A project as its schema shows it. */
export const projectData = (viewer: Viewer, p: Stored<Project>): object => ({ __typename: 'Project', ...p, conditions: conditionsData(viewer, p.conditions) });

export const loadProject = async (viewer: Viewer, text: string): Promise<object | undefined> => {
  const id = idOrNone('project', text);
  const found = id === undefined ? undefined : await viewer.door.store.read(viewer.scope, q => projects.get(q, id));
  return found === undefined ? undefined : projectData(viewer, found);
};

export const listProjects = (viewer: Viewer, args: ListArgs): Promise<object> =>
  listById(viewer, args, request => viewer.door.store.read(viewer.scope, q => projects.page(q, request)), items => items.map(p => projectData(viewer, p)));

export const createProject = async (viewer: Viewer, input: CreateProjectInput): Promise<object> => {
  const { id: tenantId } = tenantOf(viewer);
  const { door } = viewer;
  return await mutate<ProjectId>(viewer, {
    policy: CREATE, type: 'tenancy.project.create', target: { kind: 'project', id: input.code, parent: tenantId }, input,
    decide: async q => {
      const taken = (await projects.page(q, { first: 1, code: input.code })).totalCount > 0;
      const { idempotencyKey: _, expiresAt, ...wanted } = input;
      const decided = decideCreateProject({ ...wanted, ...(expiresAt == null ? {} : { expiresAt }) } as never, { taken }, { ids: door.ids, tenantId, now: door.clock.now() });
      return decided.ok ? ok({ writes: [projects.insert(decided.value.next)], events: decided.value.events, audit: decided.value.audit, answer: decided.value.next.id }) : decided;
    },
    accept: async id => ({ __typename: 'ProjectAccepted', project: await loadProject(viewer, id) }),
  });
};

export const updateProject = async (viewer: Viewer, input: UpdateProjectInput): Promise<object> => {
  const id = input.id as ProjectId;
  return await mutate<ProjectId>(viewer, {
    policy: UPDATE, type: 'tenancy.project.update', target: { kind: 'project', id, parent: tenantOf(viewer).id }, input,
    decide: async q => {
      const { idempotencyKey: _, ...patch } = input;
      const decided = decideUpdateProject(patch as never, { project: await projects.get(q, id) }, { now: viewer.door.clock.now() });
      if (!decided.ok) return decided;
      const { changes, ifGeneration, events, audit } = decided.value;
      return ok({ writes: [projects.update(id, changes, { ifGeneration })], events, audit, answer: id });
    },
    accept: async answer => ({ __typename: 'ProjectAccepted', project: await loadProject(viewer, answer) }),
  });
};
