import { Inject, Module } from '@nestjs/common';
import { Nodes } from '../shared/nodes.ts';
import { loadContractEnd, loadErasure } from './erasure.commands.ts';
import { ErasureProviderResolver } from './erasure.provider.resolver.ts';
import { ErasureResolver } from './erasure.resolver.ts';

/** At both doors: each erases people of its own directory, and sees what ends. */
@Module({ providers: [ErasureResolver] })
export class ErasureModule {
  constructor(@Inject(Nodes) nodes: Nodes) {
    nodes.add('erasure', loadErasure);
    nodes.add('contractend', loadContractEnd);
  }
}

/** At the provider's door alone: the end of a contract. */
@Module({ providers: [ErasureProviderResolver] })
export class ErasureProviderModule {}
