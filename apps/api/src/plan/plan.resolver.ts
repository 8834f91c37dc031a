import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { PlanGpuInstancesInput, QueryPlansArgs } from '../generated/tenant.ts';
import type { Viewer } from '../shared/viewer.ts';
import { listPlans, loadPlan, planGpuInstances } from './plan.commands.ts';

@Resolver()
export class PlanResolver {
  @Query('plans')
  plans(@Args() args: QueryPlansArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return listPlans(viewer, { first: args.first ?? 50, after: args.after }, { projectId: args.projectId });
  }
  @Query('plan')
  plan(@Args('id') id: string, @Context('viewer') viewer: Viewer): Promise<object | undefined> {
    return loadPlan(viewer, id);
  }
  @Mutation('planGpuInstances')
  planGpuInstances(@Args('input') input: PlanGpuInstancesInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return planGpuInstances(viewer, input);
  }
}
