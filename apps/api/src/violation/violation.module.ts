import { Inject, Module } from '@nestjs/common';
import { Nodes } from '../shared/nodes.ts';
import { loadViolation } from './violation.commands.ts';
import { ViolationResolver } from './violation.resolver.ts';

@Module({ providers: [ViolationResolver] })
export class ViolationModule {
  constructor(@Inject(Nodes) nodes: Nodes) {
    nodes.add('violation', loadViolation);
  }
}
