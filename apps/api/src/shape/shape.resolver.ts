import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { QueryShapesArgs } from '../generated/provider.ts';
import type { Viewer } from '../shared/viewer.ts';
import { listShapes, loadShape } from './shape.commands.ts';

@Resolver()
export class ShapeResolver {
  @Query('shapes')
  shapes(@Args() args: QueryShapesArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return listShapes(viewer, { first: args.first ?? 50, after: args.after });
  }
  @Query('shape')
  shape(@Args('id') id: string, @Context('viewer') viewer: Viewer): Promise<object | undefined> {
    return loadShape(viewer, id);
  }
}
