import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { EraseSubjectInput, QueryContractEndsArgs, QueryErasuresArgs } from '../generated/provider.ts';
import type { Viewer } from '../shared/viewer.ts';
import { eraseSubject, listContractEnds, listErasures, loadContractEnd, loadErasure } from './erasure.commands.ts';

@Resolver()
export class ErasureResolver {
  @Query('erasures')
  erasures(@Args() args: QueryErasuresArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return listErasures(viewer, { first: args.first ?? 50, after: args.after });
  }
  @Query('erasure')
  erasure(@Args('id') id: string, @Context('viewer') viewer: Viewer): Promise<object | undefined> {
    return loadErasure(viewer, id);
  }
  @Query('contractEnds')
  contractEnds(@Args() args: QueryContractEndsArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return listContractEnds(viewer, { first: args.first ?? 50, after: args.after });
  }
  @Query('contractEnd')
  contractEnd(@Args('id') id: string, @Context('viewer') viewer: Viewer): Promise<object | undefined> {
    return loadContractEnd(viewer, id);
  }
  @Mutation('eraseSubject')
  eraseSubject(@Args('input') input: EraseSubjectInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return eraseSubject(viewer, input);
  }
}
