import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { QueryCapacityForecastArgs } from '../generated/provider.ts';
import type { Viewer } from '../shared/viewer.ts';
import { forecast } from './forecast.commands.ts';

@Resolver()
export class ForecastResolver {
  @Query('capacityForecast')
  capacityForecast(@Args() args: QueryCapacityForecastArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return forecast(viewer, args);
  }
}
