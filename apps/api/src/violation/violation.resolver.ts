import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { QueryViolationsArgs } from '../generated/provider.ts';
import type { Viewer } from '../shared/viewer.ts';
import { listViolations, loadViolation } from './violation.commands.ts';

@Resolver()
export class ViolationResolver {
  @Query('violations')
  violations(@Args() args: QueryViolationsArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return listViolations(viewer, { first: args.first ?? 50, after: args.after }, { datacenterId: args.datacenterId, instanceId: args.instanceId });
  }
  @Query('violation')
  violation(@Args('id') id: string, @Context('viewer') viewer: Viewer): Promise<object | undefined> {
    return loadViolation(viewer, id);
  }
}
