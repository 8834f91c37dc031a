/** The fields that the comparison reads; that a name is an assumption changes no score. */
const COUNTED: Readonly<Record<string, readonly string[]>> = {
  site: ['pueMilli', 'admittedTenantClasses', 'gridGramsPerKwh'],
  links: ['carrierId', 'toDatacenterId', 'capacityMbps', 'latencyUs', 'monthlyPriceMinor'],
  staff: ['skill', 'days', 'fromMinute', 'toMinute', 'responseMinutes'],
  phases: ['contractedW', 'state', 'from', 'to'],
  certifications: ['kind', 'from', 'to'],
};

export interface Marked {
  readonly name: string;
  readonly assumed?: readonly string[];
}

/** Declared facts that count and are assumptions, one line an object: `links.transit-1: latencyUs, monthlyPriceMinor`. */
export const assumedIn = (part: 'site' | 'links' | 'staff' | 'phases' | 'certifications', list: readonly Marked[]): readonly string[] =>
  list.flatMap(({ name, assumed = [] }) => {
    const counted = assumed.filter(field => COUNTED[part]?.includes(field));
    return counted.length === 0 ? [] : [`${part}.${name}: ${counted.join(', ')}`];
  });
