import type { AuditExport } from '@cadastre/domain/auditexport';
import type { AuditExport as Row } from '../generated/client.ts';
import { table } from '../sql/table.ts';

export const AUDIT_EXPORT = table<Row, AuditExport>('audit_export', 'auditexport', {
  id: 'plain', directory: 'plain', tenantId: 'plain', requestedBy: 'plain', mandateId: 'plain', from: 'instant', to: 'instant', views: 'plain', ageRecipients: 'plain', state: 'plain', step: 'plain',
  progressMilli: 'plain', failure: 'plain', firstIndex: 'plain', endIndex: 'plain', bytes: 'plain', sha256: 'plain', file: 'plain', expiresAt: 'instant', startedAt: 'instant', endedAt: 'instant', generation: 'plain', createdAt: 'instant',
});
