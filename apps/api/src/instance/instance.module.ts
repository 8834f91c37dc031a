import { Inject, Module } from '@nestjs/common';
import { Nodes } from '../shared/nodes.ts';
import { loadInstance } from './instance.reads.ts';
import { InstanceResolver } from './instance.resolver.ts';
import { TenantInstanceResolver } from './instance.tenant.resolver.ts';

@Module({ providers: [InstanceResolver] })
export class InstanceModule {
  constructor(@Inject(Nodes) nodes: Nodes) {
    nodes.add('instance', loadInstance);
  }
}

/** The tenant's door can also order, release and watch. */
@Module({ imports: [InstanceModule], providers: [TenantInstanceResolver] })
export class TenantInstanceModule {}
