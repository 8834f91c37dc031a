import { Inject, Module } from '@nestjs/common';
import { Nodes } from '../shared/nodes.ts';
import { loadShape } from './shape.commands.ts';
import { ShapeProviderResolver } from './shape.provider.resolver.ts';
import { ShapeResolver } from './shape.resolver.ts';

/** At both doors: reading. */
@Module({ providers: [ShapeResolver] })
export class ShapeModule {
  constructor(@Inject(Nodes) nodes: Nodes) {
    nodes.add('shape', loadShape);
  }
}

/** At the provider's door alone: declaring. */
@Module({ providers: [ShapeProviderResolver] })
export class ShapeProviderModule {}
