import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { QueryMixingTradeArgs, QueryRacksThatFitArgs } from '../generated/provider.ts';
import type { Viewer } from '../shared/viewer.ts';
import { cutOf, fittingRacks, tradeOf } from './whatif.commands.ts';

@Resolver()
export class WhatIfResolver {
  @Query('racksThatFit')
  racksThatFit(@Args() args: QueryRacksThatFitArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return fittingRacks(viewer, args);
  }
  @Query('feedCut')
  feedCut(@Args('powerNodeId') id: string, @Context('viewer') viewer: Viewer): Promise<object> {
    return cutOf(viewer, id);
  }
  @Query('mixingTrade')
  mixingTrade(@Args() args: QueryMixingTradeArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return tradeOf(viewer, args);
  }
}
