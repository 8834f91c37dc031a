import { z } from 'zod';

/** A question about sites, in the words of the provider's door; sites are named `region/datacenter`, by their codes. */
export const question = z.strictObject({
  comparison: z.string(), currency: z.string(),
  workload: z.strictObject({
    name: z.string(), purpose: z.enum(['TRAINING', 'INFERENCE', 'MIXED']).optional(), tenantClass: z.enum(['PUBLIC_BODY', 'RESEARCH', 'PRIVATE', 'CONSORTIUM']),
    legalScope: z.strictObject({
      jurisdictions: z.array(z.string()).optional(), certifications: z.array(z.string()).optional(), dataClass: z.enum(['ORDINARY', 'PUBLIC_SENSITIVE', 'HEALTH']).optional(),
    }).optional(),
    shape: z.string().optional(), skill: z.string().optional(), requiredResponseMinutes: z.number().optional(),
    years: z.array(z.strictObject({ year: z.number(), gpus: z.number().optional(), itW: z.number().optional(), dataInTb: z.number(), dataOutTb: z.number() })),
  }),
  weights: z.strictObject({ connectivity: z.number(), staff: z.number(), power: z.number(), law: z.number(), price: z.number(), carbon: z.number() }),
  sites: z.array(z.strictObject({
    datacenter: z.string(), energyMinorPerMWh: z.number(), hostingMinorPerKWMonth: z.number(), trafficMinorPerTbOut: z.number().optional(), gridGramsPerKwh: z.number().optional(),
  })),
});
