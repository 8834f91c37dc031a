import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { QueryCertificationsArgs } from '../generated/provider.ts';
import type { Viewer } from '../shared/viewer.ts';
import { listCertifications, loadCertification } from './certification.commands.ts';

@Resolver()
export class CertificationResolver {
  @Query('certifications')
  certifications(@Args() args: QueryCertificationsArgs, @Context('viewer') viewer: Viewer): Promise<object> {
    return listCertifications(viewer, { first: args.first ?? 50, after: args.after }, { datacenterId: args.datacenterId, regionId: args.regionId });
  }
  @Query('certification')
  certification(@Args('id') id: string, @Context('viewer') viewer: Viewer): Promise<object | undefined> {
    return loadCertification(viewer, id);
  }
}
