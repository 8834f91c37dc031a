import type { AuditFact } from '@cadastre/domain/audit';
import { recordAudit } from '@cadastre/store/commit';
import * as decisions from '@cadastre/store/decision';
import type { Decision } from '@cadastre/store/decision';
import type { Stored } from '@cadastre/store/sql';
import { decisionsData } from '../shared/explain.ts';
import { idOrNone } from '../shared/input.ts';
import { listById, type ListArgs } from '../shared/lists.ts';
import type { Viewer } from '../shared/viewer.ts';

/** Open to every role of either door: a tenant's own, any at the provider's, where the reading is written down before anything is shown. */
export const loadDecision = async (viewer: Viewer, text: string): Promise<object | undefined> => {
  const id = idOrNone('decision', text);
  if (id === undefined) return undefined;
  const [found, data] = await viewer.door.store.read(viewer.scope, async q => {
    const row = await decisions.get(q, id);
    return [row, row === undefined ? undefined : (await decisionsData(viewer, q, [row]))[0]] as const;
  });
  if (found !== undefined) await readBy(viewer, 'decision', [found]);
  return data;
};

export const listDecisions = (viewer: Viewer, args: ListArgs, outcome: 'PLACED' | 'REFUSED' | null | undefined): Promise<object> =>
  listById<{ readonly id: string }>(viewer, args, async request => {
    const [page, items] = await viewer.door.store.read(viewer.scope, async q => {
      const rows = await decisions.newest(q, { ...request, ...(outcome == null ? {} : { outcome }) });
      return [rows, await decisionsData(viewer, q, rows.items)] as const;
    });
    await readBy(viewer, 'decisions', page.items);
    return { ...page, items };
  }, items => items);

/** One event a tenant concerned, in his own log too: an operator who looks into a tenant's orders is seen doing so. */
const readBy = async (viewer: Viewer, operation: string, list: readonly Stored<Decision>[]): Promise<void> => {
  if (viewer.door.name !== 'provider') return;
  const [first, ...more] = [...Map.groupBy(list, d => d.tenantId)].map(([tenant, read]): AuditFact => ({
    type: 'compute.decision.read', phase: 'read', outcome: 'success', tenant, target: { kind: 'decision', id: read[0]?.id ?? '' }, numbers: { decisions: read.length },
  }));
  if (first !== undefined) await recordAudit(viewer.door.store, viewer.act(operation, `${operation}: every role`), [first, ...more], viewer.scope);
};
