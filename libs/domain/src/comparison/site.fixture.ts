import type { CarrierId, DatacenterId, LinkId, StaffId } from '../core/index.ts';
import type { Link } from '../link/model.ts';
import { WEEKDAYS } from '../staff/model.ts';
import type { StaffCoverage } from '../staff/model.ts';
import type { ComparisonInput, SiteFacts, Weights, Workload } from './model.ts';

export const EQUAL: Weights = { CONNECTIVITY: 1, STAFF: 1, POWER: 1, LAW: 1, PRICE: 1, CARBON: 1 };
export const only = (over: Partial<Weights>): Weights => ({ CONNECTIVITY: 0, STAFF: 0, POWER: 0, LAW: 0, PRICE: 0, CARBON: 0, ...over });

export const workload = (over: Partial<Workload> = {}): Workload => ({
  name: 'lac de données', purpose: 'MIXED', tenantClass: 'PUBLIC_BODY', legalScope: { jurisdictions: [], certifications: [], dataClass: 'ORDINARY' },
  years: [{ year: 2027, itW: 10_000, dataInTb: 30, dataOutTb: 10 }, { year: 2028, itW: 20_000, dataInTb: 60, dataOutTb: 20 }], ...over,
});

export const link = (carrier: string, over: Partial<Link> = {}): Link => ({
  id: `link_${carrier}` as LinkId, datacenterId: 'datacenter_d' as DatacenterId, name: carrier, toName: 'dehors', carrierId: `carrier_${carrier}` as CarrierId, kind: 'TRANSIT', capacityMbps: 10_000,
  latencyUs: 2_000, monthlyPriceMinor: 100_000, currency: 'EUR', assumed: [], generation: 1, ...over,
});
export const allDay = (responseMinutes: number, over: Partial<StaffCoverage> = {}): StaffCoverage => ({
  id: 'staff_s' as StaffId, datacenterId: 'datacenter_d' as DatacenterId, name: 'astreinte', skill: 'HANDS', days: WEEKDAYS, fromMinute: 0, toMinute: 1_440, responseMinutes, assumed: [], generation: 1, ...over,
});

/** 100 kW of contract, PUE 1.2, two carriers, somebody within the hour. */
export const site = (code: string, over: Partial<SiteFacts> = {}): SiteFacts => ({
  datacenterId: `datacenter_${code}` as DatacenterId, code, name: code, pueMilli: 1_200, usedItW: 0, assumed: [],
  law: { country: 'FR', jurisdiction: 'EU-FR', tenantClasses: ['PUBLIC_BODY'], certifications: [] },
  phases: [{ contractedW: 100_000, state: 'ENERGISED', from: '2020-01-01T00:00:00.000Z' }], links: [link('a'), link('b')], staff: [allDay(60)],
  assumptions: { energyMinorPerMWh: 10_000, hostingMinorPerKWMonth: 15_000, trafficMinorPerTbOut: 0, gridGramsPerKwh: 40 }, ...over,
});

export const input = (sites: readonly SiteFacts[], over: Partial<ComparisonInput> = {}): ComparisonInput => ({ workload: workload(), currency: 'EUR', weights: EQUAL, sites, ...over });
