import { Inject, Module } from '@nestjs/common';
import { Nodes } from '../shared/nodes.ts';
import { loadLoadTarget } from './loadtarget.commands.ts';
import { LoadTargetResolver } from './loadtarget.resolver.ts';

@Module({ providers: [LoadTargetResolver] })
export class LoadTargetModule {
  constructor(@Inject(Nodes) nodes: Nodes) {
    nodes.add('loadtarget', loadLoadTarget);
  }
}
