import { Module } from '@nestjs/common';
import { ComparisonResolver } from './comparison.resolver.ts';

@Module({ providers: [ComparisonResolver] })
export class ComparisonModule {}
