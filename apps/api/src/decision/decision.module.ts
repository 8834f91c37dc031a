import { Inject, Module } from '@nestjs/common';
import { Nodes } from '../shared/nodes.ts';
import { loadDecision } from './decision.commands.ts';
import { DecisionResolver } from './decision.resolver.ts';

@Module({ providers: [DecisionResolver] })
export class DecisionModule {
  constructor(@Inject(Nodes) nodes: Nodes) {
    nodes.add('decision', loadDecision);
  }
}
