import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { CreateStaffCoverageInput, QueryStaffCoveragesArgs, UpdateStaffCoverageInput } from '../generated/provider.ts';
import type { Viewer } from '../shared/viewer.ts';
import { createStaffCoverage, listStaffCoverages, loadStaffCoverage, staffResponse, updateStaffCoverage } from './staff.commands.ts';

@Resolver()
export class StaffResolver {
  @Query('staffCoverages')
  staffCoverages(@Args() args: QueryStaffCoveragesArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return listStaffCoverages(viewer, { first: args.first ?? 50, after: args.after }, { datacenterId: args.datacenterId });
  }
  @Query('staffCoverage')
  staffCoverage(@Args('id') id: string, @Context('viewer') viewer: Viewer): Promise<object | undefined> {
    return loadStaffCoverage(viewer, id);
  }
  @Query('staffResponse')
  staffResponse(@Args('datacenterId') datacenterId: string, @Context('viewer') viewer: Viewer): Promise<readonly object[]> {
    return staffResponse(viewer, datacenterId);
  }
  @Mutation('createStaffCoverage')
  createStaffCoverage(@Args('input') input: CreateStaffCoverageInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return createStaffCoverage(viewer, input);
  }
  @Mutation('updateStaffCoverage')
  updateStaffCoverage(@Args('input') input: UpdateStaffCoverageInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return updateStaffCoverage(viewer, input);
  }
}
