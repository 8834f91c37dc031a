import { Inject, Module } from '@nestjs/common';
import { Nodes } from '../shared/nodes.ts';
import { loadCluster } from './cluster.commands.ts';
import { ClusterResolver } from './cluster.resolver.ts';

@Module({ providers: [ClusterResolver] })
export class ClusterModule {
  constructor(@Inject(Nodes) nodes: Nodes) {
    nodes.add('cluster', loadCluster);
  }
}
