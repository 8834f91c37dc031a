import { Inject, Module } from '@nestjs/common';
import { Nodes } from '../shared/nodes.ts';
import { loadCarrier } from './carrier.commands.ts';
import { CarrierResolver } from './carrier.resolver.ts';

@Module({ providers: [CarrierResolver] })
export class CarrierModule {
  constructor(@Inject(Nodes) nodes: Nodes) {
    nodes.add('carrier', loadCarrier);
  }
}
