import { Inject, Module } from '@nestjs/common';
import { Nodes } from '../shared/nodes.ts';
import { loadPowerNode } from './powernode.commands.ts';
import { PowerNodeResolver } from './powernode.resolver.ts';

@Module({ providers: [PowerNodeResolver] })
export class PowerNodeModule {
  constructor(@Inject(Nodes) nodes: Nodes) {
    nodes.add('powernode', loadPowerNode);
  }
}
