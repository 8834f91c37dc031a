import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { QueryDecisionsArgs } from '../generated/tenant.ts';
import type { Viewer } from '../shared/viewer.ts';
import { listDecisions, loadDecision } from './decision.commands.ts';

@Resolver()
export class DecisionResolver {
  @Query('decision')
  decision(@Args('id') id: string, @Context('viewer') viewer: Viewer): Promise<object | undefined> {
    return loadDecision(viewer, id);
  }
  @Query('decisions')
  decisions(@Args() args: QueryDecisionsArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return listDecisions(viewer, { first: args.first ?? 50, after: args.after }, args.outcome);
  }
}
