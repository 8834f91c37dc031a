import { Inject, Module } from '@nestjs/common';
import { Nodes } from '../shared/nodes.ts';
import { loadApiKey } from './apikey.commands.ts';
import { ApiKeyResolver } from './apikey.resolver.ts';

@Module({ providers: [ApiKeyResolver] })
export class ApiKeyModule {
  constructor(@Inject(Nodes) nodes: Nodes) {
    nodes.add('apikey', loadApiKey);
  }
}
