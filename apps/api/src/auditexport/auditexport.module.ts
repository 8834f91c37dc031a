import { Inject, Module } from '@nestjs/common';
import { Nodes } from '../shared/nodes.ts';
import { loadAuditExport } from './auditexport.commands.ts';
import { AuditExportResolver } from './auditexport.resolver.ts';

@Module({ providers: [AuditExportResolver] })
export class AuditExportModule {
  constructor(@Inject(Nodes) nodes: Nodes) {
    nodes.add('auditexport', loadAuditExport);
  }
}
