const seed = process.env['CADASTRE_PROPERTY_SEED'];
/**
 * Generated worlds per property: 500 in `npm test`, 10,000 in the nightly set. fast-check prints the seed of what fails; given back, it makes the same
 * worlds again.
 */
export const RUNS = { numRuns: Number(process.env['CADASTRE_PROPERTY_RUNS'] ?? 500), ...(seed === undefined ? {} : { seed: Number(seed) }) };
/** What a property may take, in milliseconds. */
export const PATIENCE = 20_000 + RUNS.numRuns * 60;
