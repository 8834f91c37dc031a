import { z } from 'zod';
import type { Lang } from '@cadastre/platform/locale';
import { parseForm, readForm } from '../shared/form.ts';

/**
 * A programme file: what an operator declares, in the words of the provider door. Objects are recognised by their code or
 * name, so that applying the same file again changes nothing. Values are checked by the door; here only the form is.
 */
const tenantClass = z.enum(['PUBLIC_BODY', 'RESEARCH', 'PRIVATE', 'CONSORTIUM']);
const coolingKind = z.enum(['AIR', 'REAR_DOOR', 'COLD_PLATE', 'IMMERSION']);
const assumed = z.array(z.string()).optional();

const organisation = z.strictObject({
  code: z.string(), name: z.string(), class: tenantClass,
  /** Of a consortium: codes of organisations that stand further up. */
  members: z.array(z.string()).optional(),
});

const shape = z.strictObject({
  code: z.string(), gpuModel: z.string(), gpus: z.number(), gpuMemoryMiB: z.number(), nvlinkDomainSize: z.number().optional(), cpuMilli: z.number(),
  ramMiB: z.number(), nvmeGiB: z.number(), nicMbps: z.number(), units: z.number(), coolingKinds: z.array(coolingKind), idleW: z.number(), maxW: z.number(),
  peakFp16Tflops: z.number(), pricePerHourMinor: z.number().optional(),
  sliceProfiles: z.array(z.strictObject({ name: z.string(), milliGpu: z.number(), memoryMiB: z.number() })).optional(), assumed,
});

const rackGroup = z.strictObject({
  /** One rack a name; `position` is the first one's, the others follow. */
  names: z.array(z.string()).min(1), row: z.string(), position: z.number(), units: z.number(), maxPowerW: z.number(), coolingKind, coolingCapacityW: z.number(),
  feedA: z.string().optional(), feedB: z.string().optional(), state: z.enum(['CANDIDATE', 'PLANNED', 'INSTALLED', 'RETIRED']), assumed,
  /** Machines `<rack>-m<n>` in lower case, as many in each rack. */
  machines: z.strictObject({ shape: z.string(), perRack: z.number().int().min(1), simulated: z.boolean(),
    /** RACK: the machines of one rack are one NVLink domain, called `<hall>-<rack>` in lower case. */
    nvlinkDomain: z.enum(['RACK']).optional(),
  }).optional(),
});

const hall = z.strictObject({
  name: z.string(), coolingKinds: z.array(coolingKind), coolingCapacityW: z.number(), deratingPct: z.number().optional(), assumed, racks: z.array(rackGroup).default([]),
});

const pool = z.strictObject({
  name: z.string(), shape: z.string(), target: z.number(), minimum: z.number().optional(), maximum: z.number(), purpose: z.enum(['TRAINING', 'INFERENCE', 'MIXED']).optional(),
  tenantClasses: z.array(tenantClass).optional(),
});

const cluster = z.strictObject({
  name: z.string(), provider: z.enum(['SIMULATED', 'EXTERNAL', 'KIND', 'LOCAL']),
  /** Path of a kubeconfig, from the current folder; `--kubeconfig` stands in for it. */
  kubeconfigFile: z.string().optional(), pools: z.array(pool).default([]),
});

const staff = z.strictObject({
  name: z.string(), skill: z.string(), days: z.array(z.enum(['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'])), fromMinute: z.number(), toMinute: z.number(), responseMinutes: z.number(),
  assumed,
});

const link = z.strictObject({
  name: z.string(),
  /** The far end: a name outside, or a datacenter, by its code or as `region/datacenter`. */
  toName: z.string().optional(), toDatacenter: z.string().optional(),
  carrier: z.string(), kind: z.enum(['DARK_FIBRE', 'WAVE', 'TRANSIT', 'PEERING']), capacityMbps: z.number(), latencyUs: z.number(), monthlyPriceMinor: z.number(), currency: z.string(), assumed,
});

const powerNode = z.strictObject({
  name: z.string(), kind: z.enum(['GRID_CONNECTION', 'TRANSFORMER', 'SWITCHBOARD', 'UPS', 'BUSWAY', 'PDU', 'RACK_FEED']),
  /** Name of what it is fed from, in any order. */
  parent: z.string().optional(),
  side: z.enum(['A', 'B', 'NONE']), capacityW: z.number(), deratingPct: z.number().optional(), assumed,
});

const phase = z.strictObject({
  name: z.string(), contractedW: z.number(), state: z.enum(['NEGOTIATING', 'AUTHORISED', 'CONTRACTED', 'ENERGISED']), from: z.string(), to: z.string().optional(),
  evidence: z.strictObject({ document: z.string(), sha256: z.string() }).optional(), assumed,
});

const certification = z.strictObject({
  kind: z.string(), holder: z.string(), from: z.string(), to: z.string(), evidence: z.strictObject({ document: z.string(), sha256: z.string() }).optional(), assumed,
});

const datacenter = z.strictObject({
  code: z.string(), name: z.string(), commune: z.string(), latitudeE6: z.number().optional(), longitudeE6: z.number().optional(), buildingOwner: z.string(),
  leaseFrom: z.string().optional(), leaseTo: z.string().optional(), admittedTenantClasses: z.array(tenantClass), pueMilli: z.number(), logLocation: z.string(),
  adminLocation: z.string(), status: z.enum(['PLANNED', 'BUILDING', 'OPEN', 'CLOSING']), assumed, halls: z.array(hall).default([]), clusters: z.array(cluster).default([]),
  feedLossTolerated: z.boolean().optional(), gridGramsPerKwh: z.number().optional(), powerNodes: z.array(powerNode).default([]),
  /** The whole calendar: a phase that it does not name is removed. Left out, the calendar stays as it is. */
  phases: z.array(phase).optional(),
  staff: z.array(staff).default([]), links: z.array(link).default([]), certifications: z.array(certification).default([]),
});

const quota = z.strictObject({
  name: z.string(),
  /** Name of a node that stands further up. */
  parent: z.string().optional(),
  /** Codes; neither: a cohort. A project is made by its tenant, and must be there. */
  organisation: z.string().optional(), project: z.string().optional(),
  limits: z.array(z.strictObject({ dimension: z.string(), nominal: z.number(), borrowingLimit: z.number().optional(), lendingLimit: z.number().optional() })).default([]),
  budgets: z.array(z.strictObject({
    dimension: z.enum(['GPU_HOURS', 'KWH', 'EUR_MINOR']), perPeriod: z.number(), period: z.enum(['MONTH', 'QUARTER', 'YEAR']), carryOverPct: z.number().optional(),
  })).default([]),
});

const region = z.strictObject({
  code: z.string(), nameFr: z.string(), nameEn: z.string(), country: z.string(), jurisdiction: z.string(), operatorName: z.string(),
  capitalChain: z.array(z.string()).optional(), datacenters: z.array(datacenter).default([]), quotas: z.array(quota).default([]),
  /** Each covers every datacenter of the region. */
  certifications: z.array(certification).default([]),
});

const programme = z.strictObject({
  programme: z.string(), organisations: z.array(organisation).default([]), shapes: z.array(shape).default([]),
  carriers: z.array(z.strictObject({ code: z.string(), name: z.string(), assumed })).default([]), regions: z.array(region).default([]),
});
export type Programme = z.infer<typeof programme>;
export type RackGroup = z.infer<typeof rackGroup>;

/** The programme of a file, or the end of the command with every fault and its line. */
export const readProgramme = (file: string, lang: Lang): Programme => readForm(programme, file, lang);

export const parseProgramme = (text: string, lang: Lang): { readonly programme: Programme } | { readonly faults: readonly string[] } => {
  const parsed = parseForm(programme, text, lang);
  return 'faults' in parsed ? parsed : { programme: parsed.value };
};
