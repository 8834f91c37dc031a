import { currentTraceparent } from '@cadastre/platform/otel';
import { commit } from '@cadastre/store/commit';
import type { Store } from '@cadastre/store/pool';
import * as projects from '@cadastre/store/project';
import type { MakeAct } from '../act.ts';
import type { ProjectRows } from './rows.ts';

export const storedProjects = (store: Store, makeAct: MakeAct): ProjectRows => ({
  load: id => store.read('system', async q => {
    const [project, clusterIds, pending] = await Promise.all([projects.get(q, id), projects.clusters(q, id), projects.pending(q, id)]);
    return project === undefined ? null : { project, clusterIds, pending };
  }),
  ids: () => store.read('system', q => projects.tended(q)),
  save: async ({ project }, { next, audit }) => {
    const traceparent = currentTraceparent();
    const saved = await commit(store, {
      scope: { tenant: project.tenantId }, act: makeAct('project.state'), audit,
      writes: [projects.observe(project.id, { conditions: next.conditions, observedGeneration: next.observedGeneration }, { ifGeneration: project.generation })],
      outbox: [{ noun: 'project', objectId: project.id, verb: 'observed', regionCode: '_', tenantId: project.tenantId, ...(traceparent === undefined ? {} : { traceparent }) }],
    });
    return saved.ok ? 'saved' : 'stale';
  },
});
