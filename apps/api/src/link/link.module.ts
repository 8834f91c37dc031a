import { Inject, Module } from '@nestjs/common';
import { Nodes } from '../shared/nodes.ts';
import { loadLink } from './link.commands.ts';
import { LinkResolver } from './link.resolver.ts';

@Module({ providers: [LinkResolver] })
export class LinkModule {
  constructor(@Inject(Nodes) nodes: Nodes) {
    nodes.add('link', loadLink);
  }
}
