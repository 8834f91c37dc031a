import { Field, ID, Int, ObjectType } from '@nestjs/graphql';

@ObjectType()
export class Project {
  @Field(() => ID) id: string;
  @Field() code: string;
  @Field() name: string;
  @Field() stage: string;
}

@ObjectType()
export class Shape {
  @Field(() => ID) id: string;
  @Field() code: string;
  @Field() gpuModel: string;
  @Field(() => Int) gpus: number;
}

@ObjectType()
export class Datacenter {
  @Field(() => ID) id: string;
  @Field() code: string;
  @Field() name: string;
}

@ObjectType()
export class GpuInstance {
  @Field(() => ID) id: string;
  @Field(() => ID) orderId: string;
  @Field() name: string;
  @Field(() => Int) gpus: number;
  @Field() image: string;
  @Field() status: string;
  @Field() desired: string;
  @Field() interruptible: boolean;
  @Field() leaseEnd: Date;
  @Field() createdAt: Date;
  @Field(() => Int) generation: number;
  // Resolved by @ResolveField; not fields of the row's type.
  projectId: string;
  shapeId: string;
  datacenterId: string;
}

@ObjectType()
export class PageInfo {
  @Field() hasNextPage: boolean;
}

@ObjectType()
export class GpuInstanceEdge {
  @Field(() => GpuInstance) node: GpuInstance;
}

@ObjectType()
export class GpuInstanceConnection {
  @Field(() => [GpuInstanceEdge]) edges: GpuInstanceEdge[];
  @Field(() => PageInfo) pageInfo: PageInfo;
  @Field(() => Int) totalCount: number;
}
