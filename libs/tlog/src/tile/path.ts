/** Three digits a path element, all but the last behind an `x`: 1234067 is `x001/x234/067`, so that no file is also a folder. */
export const toDecimalPath = (index: bigint): string => {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g) ?? [];
  return groups.map((group, n) => (n === groups.length - 1 ? group : `x${group}`)).join('/');
};

/** Undefined for what is not made of such elements; a leading element of zeros too many is the caller's to notice, by writing it again. */
export const fromDecimalPath = (path: string): bigint | undefined => (/^(x[0-9]{3}\/){0,6}[0-9]{3}$/.test(path) ? BigInt(path.replaceAll(/[x/]/g, '')) : undefined);
