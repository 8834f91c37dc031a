import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { CompareSitesInput } from '../generated/provider.ts';
import type { Viewer } from '../shared/viewer.ts';
import { compareSites } from './comparison.query.ts';

@Resolver()
export class ComparisonResolver {
  @Query('compareSites')
  compareSites(@Args('input') input: CompareSitesInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return compareSites(viewer, input);
  }
}
