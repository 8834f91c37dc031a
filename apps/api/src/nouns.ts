import type { Type } from '@nestjs/common';
import { AlarmModule, AlarmProviderModule } from './alarm/alarm.module.ts';
import { ApiKeyModule } from './apikey/apikey.module.ts';
import { AuditModule } from './audit/audit.module.ts';
import { AuditSinkModule } from './sink/sink.module.ts';
import { AuditExportModule } from './auditexport/auditexport.module.ts';
import { CarrierModule } from './carrier/carrier.module.ts';
import { BoardModule } from './board/board.module.ts';
import { CertificationModule, CertificationProviderModule } from './certification/certification.module.ts';
import { ClusterModule } from './cluster/cluster.module.ts';
import { ComparisonModule } from './comparison/comparison.module.ts';
import { DatacenterModule, DatacenterProviderModule } from './datacenter/datacenter.module.ts';
import { DecisionModule } from './decision/decision.module.ts';
import { ErasureModule, ErasureProviderModule } from './erasure/erasure.module.ts';
import { EventModule } from './event/event.module.ts';
import { ForecastModule } from './forecast/forecast.module.ts';
import { HallModule } from './hall/hall.module.ts';
import { InstanceModule, TenantInstanceModule } from './instance/instance.module.ts';
import { LedgerModule } from './ledger/ledger.module.ts';
import { LinkModule } from './link/link.module.ts';
import { LoadTargetModule } from './loadtarget/loadtarget.module.ts';
import { MandateModule } from './mandate/mandate.module.ts';
import { MachineModule } from './machine/machine.module.ts';
import { OfferModule } from './offer/offer.module.ts';
import { OrganisationModule } from './organisation/organisation.module.ts';
import { PlanModule } from './plan/plan.module.ts';
import { PoolModule } from './pool/pool.module.ts';
import { PowerNodeModule } from './powernode/powernode.module.ts';
import { PowerPhaseModule } from './powerphase/powerphase.module.ts';
import { ProjectModule } from './project/project.module.ts';
import { QuotaModule, QuotaProviderModule } from './quota/quota.module.ts';
import { RackModule } from './rack/rack.module.ts';
import { RegionModule, RegionProviderModule } from './region/region.module.ts';
import { ReservationModule } from './reservation/reservation.module.ts';
import { RetentionModule, RetentionProviderModule } from './retention/retention.module.ts';
import { ShapeModule, ShapeProviderModule } from './shape/shape.module.ts';
import { StaffModule } from './staff/staff.module.ts';
import { TenancyModule } from './tenancy/tenancy.module.ts';
import { ViolationModule } from './violation/violation.module.ts';
import { WhatIfModule } from './whatif/whatif.module.ts';

const BOTH = [RegionModule, DatacenterModule, ShapeModule, ApiKeyModule, AuditModule, AuditExportModule, AuditSinkModule, AlarmModule, EventModule, CertificationModule, ViolationModule, QuotaModule, DecisionModule, MandateModule, ErasureModule, RetentionModule] as const;

/** Which nouns each door serves. A noun in both doors has one module, or one per door where they differ. */
export const NOUNS: Readonly<Record<'tenant' | 'provider', readonly Type[]>> = {
  tenant: [...BOTH, OfferModule, ProjectModule, TenantInstanceModule, PlanModule, ReservationModule],
  provider: [
    ...BOTH, ErasureProviderModule, RetentionProviderModule, RegionProviderModule, ShapeProviderModule, DatacenterProviderModule, HallModule, RackModule, MachineModule, ClusterModule, PoolModule, OrganisationModule,
    InstanceModule, CertificationProviderModule, TenancyModule, StaffModule, CarrierModule, LinkModule, ComparisonModule, PowerNodeModule, PowerPhaseModule, ForecastModule, WhatIfModule, LoadTargetModule, LedgerModule, BoardModule, QuotaProviderModule, AlarmProviderModule,
  ],
};
