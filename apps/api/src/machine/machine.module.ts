import { Inject, Module } from '@nestjs/common';
import { Nodes } from '../shared/nodes.ts';
import { loadMachine } from './machine.commands.ts';
import { MachineResolver } from './machine.resolver.ts';

@Module({ providers: [MachineResolver] })
export class MachineModule {
  constructor(@Inject(Nodes) nodes: Nodes) {
    nodes.add('machine', loadMachine);
  }
}
