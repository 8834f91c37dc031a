import { Inject, Module } from '@nestjs/common';
import { Nodes } from '../shared/nodes.ts';
import { loadQuota } from './quota.commands.ts';
import { QuotaProviderResolver } from './quota.provider.resolver.ts';
import { QuotaResolver } from './quota.resolver.ts';

/** At both doors: a tenant reads its own nodes, the operator all. */
@Module({ providers: [QuotaResolver] })
export class QuotaModule {
  constructor(@Inject(Nodes) nodes: Nodes) {
    nodes.add('quota', loadQuota);
  }
}

/** At the provider's door alone: granting. */
@Module({ providers: [QuotaProviderResolver] })
export class QuotaProviderModule {}
