import type { LoadTargetId } from '@cadastre/domain/core';
import { Args, Context, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { ApproveLoadTargetInput, CancelLoadTargetInput, PlanLoadTargetInput, QueryLoadTargetsArgs } from '../generated/provider.ts';
import type { Viewer } from '../shared/viewer.ts';
import { approveLoadTarget, cancelLoadTarget, listLoadTargets, loadLoadTarget, planLoadTarget, releasedOf, stepsOf } from './loadtarget.commands.ts';

@Resolver('LoadTarget')
export class LoadTargetResolver {
  @Query('loadTargets')
  loadTargets(@Args() args: QueryLoadTargetsArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return listLoadTargets(viewer, { first: args.first ?? 50, after: args.after }, { datacenterId: args.datacenterId });
  }
  @Query('loadTarget')
  loadTarget(@Args('id') id: string, @Context('viewer') viewer: Viewer): Promise<object | undefined> {
    return loadLoadTarget(viewer, id);
  }
  @Mutation('planLoadTarget')
  planLoadTarget(@Args('input') input: PlanLoadTargetInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return planLoadTarget(viewer, input);
  }
  @Mutation('approveLoadTarget')
  approveLoadTarget(@Args('input') input: ApproveLoadTargetInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return approveLoadTarget(viewer, input);
  }
  @Mutation('cancelLoadTarget')
  cancelLoadTarget(@Args('input') input: CancelLoadTargetInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return cancelLoadTarget(viewer, input);
  }
  @ResolveField('releasedCount')
  releasedCount(@Parent() target: { readonly id: LoadTargetId }, @Context('viewer') viewer: Viewer): Promise<number> {
    return releasedOf(viewer, target.id);
  }
  @ResolveField('steps')
  steps(@Parent() target: { readonly id: LoadTargetId }, @Args() window: { readonly first: number; readonly offset: number }, @Context('viewer') viewer: Viewer): Promise<readonly object[]> {
    return stepsOf(viewer, target.id, window);
  }
}
