/**
 * Generated worlds a property: 500 in `npm test`, 10,000 in the nightly set. fast-check prints the seed of what fails; given back, it makes the same worlds
 * again. `env`: of the process.
 */
export const runsOf = (env: Readonly<Record<string, string | undefined>>): { readonly numRuns: number; readonly seed?: number } => {
  const seed = env['CADASTRE_PROPERTY_SEED'];
  return { numRuns: Number(env['CADASTRE_PROPERTY_RUNS'] ?? 500), ...(seed === undefined ? {} : { seed: Number(seed) }) };
};
