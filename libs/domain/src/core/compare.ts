/** By code unit, for `sort`: the same on every machine, which `localeCompare` is not. What is hashed, replayed or told is in this order. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
