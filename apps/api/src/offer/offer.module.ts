import { Module } from '@nestjs/common';
import { OfferResolver } from './offer.resolver.ts';

@Module({ providers: [OfferResolver] })
export class OfferModule {}
