import { Inject, Module } from '@nestjs/common';
import { Nodes } from '../shared/nodes.ts';
import { loadLegalHold, loadRetention } from './retention.commands.ts';
import { RetentionProviderResolver } from './retention.provider.resolver.ts';
import { RetentionResolver } from './retention.resolver.ts';

/** At both doors: whoever has events here may know how long they are kept. */
@Module({ providers: [RetentionResolver] })
export class RetentionModule {
  constructor(@Inject(Nodes) nodes: Nodes) {
    nodes.add('retention', loadRetention);
  }
}

/** At the provider's door alone: deciding, and legal holds. */
@Module({ providers: [RetentionProviderResolver] })
export class RetentionProviderModule {
  constructor(@Inject(Nodes) nodes: Nodes) {
    nodes.add('hold', loadLegalHold);
  }
}
