import { Inject, Module } from '@nestjs/common';
import { Nodes } from '../shared/nodes.ts';
import { auditNode } from './audit.commands.ts';
import { AuditResolver } from './audit.resolver.ts';

@Module({ providers: [AuditResolver] })
export class AuditModule {
  constructor(@Inject(Nodes) nodes: Nodes) {
    nodes.add('audit', auditNode);
  }
}
