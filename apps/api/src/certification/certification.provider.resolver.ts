import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import type { AddCertificationInput, UpdateCertificationInput } from '../generated/provider.ts';
import type { Viewer } from '../shared/viewer.ts';
import { addCertification, updateCertification } from './certification.commands.ts';

@Resolver()
export class CertificationProviderResolver {
  @Mutation('addCertification')
  addCertification(@Args('input') input: AddCertificationInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return addCertification(viewer, input);
  }
  @Mutation('updateCertification')
  updateCertification(@Args('input') input: UpdateCertificationInput, @Context('viewer') viewer: Viewer): Promise<object> {
    return updateCertification(viewer, input);
  }
}
