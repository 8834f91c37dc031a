import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { QueryCapacityLedgerArgs, QueryPlacementDecisionsArgs } from '../generated/provider.ts';
import type { Viewer } from '../shared/viewer.ts';
import { capacityLedger, placementDecisions, storedDecision } from './ledger.commands.ts';

@Resolver()
export class LedgerResolver {
  @Query('capacityLedger')
  capacityLedger(@Args() args: QueryCapacityLedgerArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return capacityLedger(viewer, args);
  }
  @Query('placementDecisions')
  placementDecisions(@Args() args: QueryPlacementDecisionsArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return placementDecisions(viewer, args);
  }
  @Query('storedDecision')
  storedDecision(@Args('id') id: string, @Context('viewer') viewer: Viewer): Promise<object> {
    return storedDecision(viewer, id);
  }
}
