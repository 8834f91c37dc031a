import { Inject, Module } from '@nestjs/common';
import { Nodes } from '../shared/nodes.ts';
import { loadMandate } from './mandate.commands.ts';
import { MandateResolver } from './mandate.resolver.ts';

@Module({ providers: [MandateResolver] })
export class MandateModule {
  constructor(@Inject(Nodes) nodes: Nodes) {
    nodes.add('mandate', loadMandate);
  }
}
