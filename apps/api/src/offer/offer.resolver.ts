import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { Viewer } from '../shared/viewer.ts';
import { offers, type OfferArguments } from './offer.commands.ts';

@Resolver()
export class OfferResolver {
  @Query('offers')
  async offers(@Args() args: OfferArguments, @Context('viewer') viewer: Viewer): Promise<readonly object[]> {
    return await offers(viewer, args);
  }
}
