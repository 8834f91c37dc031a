import { UseGuards } from '@nestjs/common';
import { Args, Context, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { AuthGuard, type Context as Asked } from './auth.guard.js';
import { Database } from './database.js';
import { Datacenter, GpuInstance, GpuInstanceConnection, Project, Shape } from './models.js';

@Resolver(() => GpuInstance)
export class InstanceResolver {
  constructor(private readonly database: Database) {}

  @Query(() => GpuInstanceConnection)
  @UseGuards(AuthGuard)
  async gpuInstances(@Args('first', { type: () => Int, defaultValue: 50 }) first: number, @Context() context: Asked): Promise<GpuInstanceConnection> {
    const [rows, totalCount] = await Promise.all([this.database.instances(context.tenantId, first + 1), this.database.countInstances(context.tenantId)]);
    return { edges: rows.slice(0, first).map((node) => ({ node })), pageInfo: { hasNextPage: rows.length > first }, totalCount };
  }

  @ResolveField(() => Project)
  project(@Parent() instance: GpuInstance, @Context() context: Asked): Promise<Project> {
    return context.loaders.project.load(instance.projectId);
  }

  @ResolveField(() => Shape)
  shape(@Parent() instance: GpuInstance, @Context() context: Asked): Promise<Shape> {
    return context.loaders.shape.load(instance.shapeId);
  }

  @ResolveField(() => Datacenter)
  datacenter(@Parent() instance: GpuInstance, @Context() context: Asked): Promise<Datacenter> {
    return context.loaders.datacenter.load(instance.datacenterId);
  }
}
