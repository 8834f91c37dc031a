import { Inject, Module } from '@nestjs/common';
import { Nodes } from '../shared/nodes.ts';
import { loadPlan } from './plan.commands.ts';
import { PlanResolver } from './plan.resolver.ts';

@Module({ providers: [PlanResolver] })
export class PlanModule {
  constructor(@Inject(Nodes) nodes: Nodes) {
    nodes.add('plan', loadPlan);
  }
}
