import { Module } from '@nestjs/common';
import { TenancyResolver } from './tenancy.resolver.ts';

@Module({ providers: [TenancyResolver] })
export class TenancyModule {}
