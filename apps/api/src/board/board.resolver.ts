import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { QueryLimitingBoardArgs } from '../generated/provider.ts';
import type { Viewer } from '../shared/viewer.ts';
import { limitingBoard } from './board.commands.ts';

@Resolver()
export class BoardResolver {
  @Query('limitingBoard')
  limitingBoard(@Args() args: QueryLimitingBoardArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return limitingBoard(viewer, args);
  }
}
