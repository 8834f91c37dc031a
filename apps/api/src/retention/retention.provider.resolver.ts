import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { ApproveRetentionInput, LiftLegalHoldInput, PlaceLegalHoldInput, QueryLegalHoldsArgs, SetRetentionInput } from '../generated/provider.ts';
import type { Viewer } from '../shared/viewer.ts';
import { approveRetention, liftLegalHold, listLegalHolds, loadLegalHold, placeLegalHold, setRetention } from './retention.commands.ts';

@Resolver()
export class RetentionProviderResolver {
  @Query('legalHolds')
  legalHolds(@Args() args: QueryLegalHoldsArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return listLegalHolds(viewer, { first: args.first ?? 50, after: args.after });
  }
  @Query('legalHold')
  legalHold(@Args('id') id: string, @Context('viewer') viewer: Viewer): Promise<object | undefined> {
    return loadLegalHold(viewer, id);
  }
  @Mutation('setRetention')
  setRetention(@Args('input') input: SetRetentionInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return setRetention(viewer, input);
  }
  @Mutation('approveRetention')
  approveRetention(@Args('input') input: ApproveRetentionInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return approveRetention(viewer, input);
  }
  @Mutation('placeLegalHold')
  placeLegalHold(@Args('input') input: PlaceLegalHoldInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return placeLegalHold(viewer, input);
  }
  @Mutation('liftLegalHold')
  liftLegalHold(@Args('input') input: LiftLegalHoldInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return liftLegalHold(viewer, input);
  }
}
