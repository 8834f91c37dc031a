import { Inject, Module } from '@nestjs/common';
import { Nodes } from '../shared/nodes.ts';
import { loadNodePool } from './pool.commands.ts';
import { PoolResolver } from './pool.resolver.ts';

@Module({ providers: [PoolResolver] })
export class PoolModule {
  constructor(@Inject(Nodes) nodes: Nodes) {
    nodes.add('pool', loadNodePool);
  }
}
