import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { AcknowledgeAlarmInput, QueryAlarmsArgs, ResolveAlarmInput } from '../generated/provider.ts';
import type { Viewer } from '../shared/viewer.ts';
import { acknowledgeAlarm, listAlarms, loadAlarm, resolveAlarm } from './alarm.commands.ts';

@Resolver()
export class AlarmResolver {
  @Query('alarms')
  alarms(@Args() args: QueryAlarmsArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return listAlarms(viewer, { first: args.first ?? 50, after: args.after }, args.filter ?? {});
  }
  @Query('alarm')
  alarm(@Args('id') id: string, @Context('viewer') viewer: Viewer): Promise<object | undefined> {
    return loadAlarm(viewer, id);
  }
}

/** What a person says about an alarm: at the provider door alone. */
@Resolver()
export class AlarmAnswerResolver {
  @Mutation('acknowledgeAlarm')
  acknowledgeAlarm(@Args('input') input: AcknowledgeAlarmInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return acknowledgeAlarm(viewer, input);
  }
  @Mutation('resolveAlarm')
  resolveAlarm(@Args('input') input: ResolveAlarmInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return resolveAlarm(viewer, input);
  }
}
