import { Inject, Module } from '@nestjs/common';
import { Nodes } from '../shared/nodes.ts';
import { loadDatacenter } from './datacenter.commands.ts';
import { DatacenterResolver } from './datacenter.resolver.ts';

/** At both doors: found by its id. A tenant's schema shows less of it. */
@Module({})
export class DatacenterModule {
  constructor(@Inject(Nodes) nodes: Nodes) {
    nodes.add('datacenter', loadDatacenter);
  }
}

/** At the provider's door alone: lists, and declaring. */
@Module({ providers: [DatacenterResolver] })
export class DatacenterProviderModule {}
