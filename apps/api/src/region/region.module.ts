import { Inject, Module } from '@nestjs/common';
import { Nodes } from '../shared/nodes.ts';
import { loadRegion } from './region.commands.ts';
import { RegionProviderResolver } from './region.provider.resolver.ts';
import { RegionResolver } from './region.resolver.ts';

/** At both doors: reading. */
@Module({ providers: [RegionResolver] })
export class RegionModule {
  constructor(@Inject(Nodes) nodes: Nodes) {
    nodes.add('region', loadRegion);
  }
}

/** At the provider's door alone: declaring. */
@Module({ providers: [RegionProviderResolver] })
export class RegionProviderModule {}
