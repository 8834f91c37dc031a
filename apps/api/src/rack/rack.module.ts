import { Inject, Module } from '@nestjs/common';
import { Nodes } from '../shared/nodes.ts';
import { loadRack } from './rack.commands.ts';
import { RackResolver } from './rack.resolver.ts';

@Module({ providers: [RackResolver] })
export class RackModule {
  constructor(@Inject(Nodes) nodes: Nodes) {
    nodes.add('rack', loadRack);
  }
}
