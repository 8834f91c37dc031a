import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import type { ApproveContractEndInput, CancelContractEndInput, EndContractInput } from '../generated/provider.ts';
import type { Viewer } from '../shared/viewer.ts';
import { approveContractEnd, cancelContractEnd, endContract } from './erasure.commands.ts';

@Resolver()
export class ErasureProviderResolver {
  @Mutation('endContract')
  endContract(@Args('input') input: EndContractInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return endContract(viewer, input);
  }
  @Mutation('approveContractEnd')
  approveContractEnd(@Args('input') input: ApproveContractEndInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return approveContractEnd(viewer, input);
  }
  @Mutation('cancelContractEnd')
  cancelContractEnd(@Args('input') input: CancelContractEndInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return cancelContractEnd(viewer, input);
  }
}
