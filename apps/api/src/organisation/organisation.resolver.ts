import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { CreateOrganisationInput, QueryOrganisationsArgs } from '../generated/provider.ts';
import type { Viewer } from '../shared/viewer.ts';
import { createOrganisation, listOrganisations, loadOrganisation } from './organisation.commands.ts';

@Resolver()
export class OrganisationResolver {
  @Query('organisations')
  organisations(@Args() args: QueryOrganisationsArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return listOrganisations(viewer, { first: args.first ?? 50, after: args.after });
  }
  @Query('organisation')
  organisation(@Args('id') id: string, @Context('viewer') viewer: Viewer): Promise<object | undefined> {
    return loadOrganisation(viewer, id);
  }
  @Mutation('createOrganisation')
  createOrganisation(@Args('input') input: CreateOrganisationInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return createOrganisation(viewer, input);
  }
}
