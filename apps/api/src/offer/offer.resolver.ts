import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { QueryOffersArgs } from '../generated/tenant.ts';
import type { Viewer } from '../shared/viewer.ts';
import { offers } from './offer.commands.ts';

@Resolver()
export class OfferResolver {
  @Query('offers')
  async offers(@Args() args: QueryOffersArgs, @Context('viewer') viewer: Viewer): Promise<readonly object[]> {
    return await offers(viewer, args);
  }
}
