import { Inject, Module } from '@nestjs/common';
import { Nodes } from '../shared/nodes.ts';
import { loadPowerPhase } from './powerphase.commands.ts';
import { PowerPhaseResolver } from './powerphase.resolver.ts';

@Module({ providers: [PowerPhaseResolver] })
export class PowerPhaseModule {
  constructor(@Inject(Nodes) nodes: Nodes) {
    nodes.add('phase', loadPowerPhase);
  }
}
