import { Inject, Module } from '@nestjs/common';
import { Nodes } from '../shared/nodes.ts';
import { loadOrganisation } from './organisation.commands.ts';
import { OrganisationResolver } from './organisation.resolver.ts';

@Module({ providers: [OrganisationResolver] })
export class OrganisationModule {
  constructor(@Inject(Nodes) nodes: Nodes) {
    nodes.add('organisation', loadOrganisation);
  }
}
