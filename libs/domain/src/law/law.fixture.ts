import type { Held, SiteLaw } from './model.ts';

/** Midnight on the first of January of a year: certificates run in years. */
export const year = (n: number) => `${String(n)}-01-01T00:00:00.000Z`;
export const held = (kind: string, from: number, to: number): Held => ({ kind, from: year(from), to: year(to) });
/** In France, under French law, open to public bodies alone. */
export const publicSite: SiteLaw = { country: 'FR', jurisdiction: 'EU-FR', tenantClasses: ['PUBLIC_BODY'], certifications: [held('HDS', 2025, 2028)] };
