import { z } from 'zod';

/** An order written down, in the words of the tenant's door; what a flag says stands before what the file says. */
export const orderFile = z.strictObject({
  /** Code or id. */
  project: z.string().optional(), shape: z.string().optional(), orShapes: z.array(z.string()).optional(), count: z.number().optional(),
  /** `7d`, `12h` or an instant. */
  lease: z.string().optional(), interruptible: z.boolean().optional(), region: z.string().optional(), datacenterId: z.string().optional(), dataDatacenterId: z.string().optional(),
  legalScope: z.strictObject({
    jurisdictions: z.array(z.string()).optional(), certifications: z.array(z.string()).optional(), dataClass: z.enum(['ORDINARY', 'PUBLIC_SENSITIVE', 'HEALTH']).optional(),
  }).optional(),
  gpusPerInstance: z.number().optional(), slice: z.string().optional(), cpuMilli: z.number().optional(), ramMiB: z.number().optional(),
  topology: z.strictObject({ level: z.enum(['SAME_MACHINE', 'NVLINK_DOMAIN', 'RACK', 'ROW', 'DATACENTER', 'REGION', 'ANY']), required: z.boolean().optional() }).optional(),
  purpose: z.enum(['TRAINING', 'INFERENCE']).optional(), maxResponseMinutes: z.number().optional(), reservationId: z.string().optional(),
});
