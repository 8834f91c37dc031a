import { Inject, Module } from '@nestjs/common';
import { Nodes } from '../shared/nodes.ts';
import { loadProject } from './project.commands.ts';
import { ProjectResolver } from './project.resolver.ts';

@Module({ providers: [ProjectResolver] })
export class ProjectModule {
  constructor(@Inject(Nodes) nodes: Nodes) {
    nodes.add('project', loadProject);
  }
}
