import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { QueryRetentionsArgs } from '../generated/provider.ts';
import type { Viewer } from '../shared/viewer.ts';
import { listRetentions, loadRetention } from './retention.commands.ts';

@Resolver()
export class RetentionResolver {
  @Query('retentions')
  retentions(@Args() args: QueryRetentionsArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return listRetentions(viewer, { first: args.first ?? 50, after: args.after });
  }
  @Query('retention')
  retention(@Args('id') id: string, @Context('viewer') viewer: Viewer): Promise<object | undefined> {
    return loadRetention(viewer, id);
  }
}
