import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import type { CreateShapeInput, UpdateShapeInput } from '../generated/provider.ts';
import type { Viewer } from '../shared/viewer.ts';
import { createShape, updateShape } from './shape.commands.ts';

@Resolver()
export class ShapeProviderResolver {
  @Mutation('createShape')
  createShape(@Args('input') input: CreateShapeInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return createShape(viewer, input);
  }
  @Mutation('updateShape')
  updateShape(@Args('input') input: UpdateShapeInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return updateShape(viewer, input);
  }
}
