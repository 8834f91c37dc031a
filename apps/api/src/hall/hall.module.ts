import { Inject, Module } from '@nestjs/common';
import { Nodes } from '../shared/nodes.ts';
import { loadHall } from './hall.commands.ts';
import { HallResolver } from './hall.resolver.ts';

@Module({ providers: [HallResolver] })
export class HallModule {
  constructor(@Inject(Nodes) nodes: Nodes) {
    nodes.add('hall', loadHall);
  }
}
