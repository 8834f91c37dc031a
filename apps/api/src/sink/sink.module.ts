import { Inject, Module } from '@nestjs/common';
import { Nodes } from '../shared/nodes.ts';
import { loadSink } from './sink.commands.ts';
import { AuditSinkResolver } from './sink.resolver.ts';

@Module({ providers: [AuditSinkResolver] })
export class AuditSinkModule {
  constructor(@Inject(Nodes) nodes: Nodes) {
    nodes.add('sink', loadSink);
  }
}
