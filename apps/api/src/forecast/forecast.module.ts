import { Module } from '@nestjs/common';
import { ForecastResolver } from './forecast.resolver.ts';

@Module({ providers: [ForecastResolver] })
export class ForecastModule {}
