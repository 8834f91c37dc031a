import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { QueryPowerPhasesArgs, SetPowerCalendarInput, SetPowerPhaseInput } from '../generated/provider.ts';
import type { Viewer } from '../shared/viewer.ts';
import { listPowerPhases, loadPowerPhase, setPowerCalendar, setPowerPhase } from './powerphase.commands.ts';

@Resolver()
export class PowerPhaseResolver {
  @Query('powerPhases')
  powerPhases(@Args() args: QueryPowerPhasesArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return listPowerPhases(viewer, { first: args.first ?? 50, after: args.after }, { datacenterId: args.datacenterId });
  }
  @Query('powerPhase')
  powerPhase(@Args('id') id: string, @Context('viewer') viewer: Viewer): Promise<object | undefined> {
    return loadPowerPhase(viewer, id);
  }
  @Mutation('setPowerPhase')
  setPowerPhase(@Args('input') input: SetPowerPhaseInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return setPowerPhase(viewer, input);
  }
  @Mutation('setPowerCalendar')
  setPowerCalendar(@Args('input') input: SetPowerCalendarInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return setPowerCalendar(viewer, input);
  }
}
