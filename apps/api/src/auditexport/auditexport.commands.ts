import type { AuditExport } from '@cadastre/domain/auditexport';
import { decideCancelAuditExport, decideCreateAuditExport, EXPORT_STEPS, exportFile, mayExport } from '@cadastre/domain/auditexport';
import type { AuditExportId } from '@cadastre/domain/core';
import { isId, no, problem } from '@cadastre/domain/core';
import { operationOf } from '@cadastre/domain/operation';
import * as exports from '@cadastre/store/auditexport';
import * as mandates from '@cadastre/store/mandate';
import type { Stored } from '@cadastre/store/sql';
import type { CancelAuditExportInput, CreateAuditExportInput } from '../generated/provider.ts';
import { changeOutcome, created, idOrNone, outcome } from '../shared/input.ts';
import { listById, type ListArgs } from '../shared/lists.ts';
import { allow, mutate, type Policy } from '../shared/mutate.ts';
import { problemData } from '../shared/problems.ts';
import { hasRole, type Viewer } from '../shared/viewer.ts';
import { mandatesOf } from './mandates.ts';
import { unusableRecipients } from './recipients.ts';

const AUDITORS = ['AUDITOR', 'PROVIDER_AUDITOR'] as const;
const LIST: Policy = { operation: 'auditExports', roles: AUDITORS };
const CREATE: Policy = { operation: 'createAuditExport', roles: AUDITORS };
const CANCEL: Policy = { operation: 'cancelAuditExport', roles: AUDITORS };
export const DOWNLOAD: Policy = { operation: 'downloadAuditExport', roles: AUDITORS };
/** Under the door's own address. */
export const DOWNLOADS = '/audit/exports';

const target = (viewer: Viewer) => ({ kind: 'auditexport', id: viewer.organisation?.id ?? 'provider' });

// Why the work failed is a code: the numbers of the refusal are in its audit event.
const UNKNOWN_PLACE = { value: 'none', available: 'none' } as const;

const operationData = (viewer: Viewer, e: Stored<AuditExport>) => {
  const { failure, notCancellable, ...operation } = operationOf('auditexport', e, EXPORT_STEPS);
  return { ...operation, notCancellableBecause: notCancellable ?? null, failure: failure === undefined ? null : { ...problemData(viewer.lang, problem(failure, UNKNOWN_PLACE)), __typename: 'Fault', line: null } };
};

const exportData = (viewer: Viewer, e: Stored<AuditExport>) => ({
  __typename: 'AuditExport', ...e, organisationId: e.tenantId ?? null, operation: operationData(viewer, e), first: e.firstIndex ?? null, end: e.endIndex ?? null, fileName: exportFile(e),
  downloadPath: e.state === 'SUCCEEDED' ? `${DOWNLOADS}/${e.id}` : null,
});

/** AuditExportConnection, or Forbidden. */
export const listAuditExports = async (viewer: Viewer, args: ListArgs): Promise<object> => {
  const refused = await allow(viewer, LIST, target(viewer));
  if (refused !== undefined) return refused;
  const connection = await listById(viewer, args, request => viewer.door.store.read(viewer.scope, q => exports.page(q, request)), items => items.map(e => exportData(viewer, e)));
  return { __typename: 'AuditExportConnection', ...connection };
};

/** As this viewer may see it: for whoever is no auditor there is none. */
export const findAuditExport = async (viewer: Viewer, text: string): Promise<Stored<AuditExport> | undefined> => {
  const id = idOrNone('auditexport', text);
  return id === undefined || !hasRole(viewer, AUDITORS) ? undefined : await viewer.door.store.read(viewer.scope, q => exports.get(q, id));
};

export const loadAuditExport = async (viewer: Viewer, text: string): Promise<object | undefined> => {
  const found = await findAuditExport(viewer, text);
  return found === undefined ? undefined : exportData(viewer, found);
};

const accept = async (viewer: Viewer, id: string, __typename: 'AuditExportAccepted' | 'AuditExportCancelled'): Promise<object> => {
  const found = await findAuditExport(viewer, id);
  if (found === undefined) throw new Error('an export that was just written is not there');
  return { __typename, auditExport: exportData(viewer, found), operation: operationData(viewer, found) };
};

export const createAuditExport = async (viewer: Viewer, input: CreateAuditExportInput): Promise<object> =>
  await mutate<AuditExportId>(viewer, {
    policy: CREATE, type: 'audit.export.create', target: target(viewer), input,
    decide: async q => {
      const wanted = created<Omit<CreateAuditExportInput, 'idempotencyKey'>>(input, { organisationId: 'organisation' });
      if (!wanted.ok) return wanted;
      const { from, to, views = [], ageRecipients = [], organisationId } = wanted.value;
      const asked = { from, to, ...(organisationId != null && isId('organisation', organisationId) ? { organisationId } : {}) };
      const { door, organisation, actor } = viewer;
      const now = door.clock.now();
      const allowed = mayExport({ directory: door.name, ...(organisation === undefined ? {} : { organisationId: organisation.id }) }, asked, await mandatesOf(q, viewer, asked.organisationId), now);
      const [log, open] = await Promise.all([exports.exportedLog(q, allowed.ok ? allowed.value.tenantId : undefined), exports.openCount(q)]);
      const decided = decideCreateAuditExport({ from, to, views, ageRecipients }, { directory: door.name, requestedBy: actor.id, allowed, log, unusable: unusableRecipients(ageRecipients), open }, { ids: door.ids, now });
      const under = allowed.ok ? allowed.value.mandateId ?? '' : '';
      return outcome(decided, d => [exports.insert(d.next), ...(isId('mandate', under) ? [mandates.use(under)] : [])], d => d.next.id);
    },
    accept: id => accept(viewer, id, 'AuditExportAccepted'),
  });

export const cancelAuditExport = async (viewer: Viewer, input: CancelAuditExportInput): Promise<object> =>
  await mutate<AuditExportId>(viewer, {
    policy: CANCEL, type: 'audit.export.cancel', target: isId('auditexport', input.id) ? { kind: 'auditexport', id: input.id } : target(viewer), input,
    decide: async q => {
      const { id } = input;
      if (!isId('auditexport', id)) return no([problem('BAD_ID', { noun: 'auditexport', value: id.slice(0, 80) }, { path: ['id'] })]);
      const decided = decideCancelAuditExport(id, await exports.get(q, id), { now: viewer.door.clock.now() });
      return changeOutcome(decided, d => exports.cancel(id, d.changes, d));
    },
    accept: id => accept(viewer, id, 'AuditExportCancelled'),
  });
