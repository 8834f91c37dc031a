import { createHash } from 'node:crypto';

/** Ed25519 by its affine formulas, to make the keys and signatures that no library makes: of small and mixed order, in encodings that nobody should accept. */
const P = 2n ** 255n - 19n;
export const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
type Point = readonly [bigint, bigint];

const mod = (n: bigint): bigint => ((n % P) + P) % P;
const power = (base: bigint, exponent: bigint): bigint => {
  let [result, b, e] = [1n, mod(base), exponent];
  for (; e > 0n; e >>= 1n, b = mod(b * b)) if ((e & 1n) === 1n) result = mod(result * b);
  return result;
};
const inverse = (n: bigint): bigint => power(n, P - 2n);
const D = mod(-121665n * inverse(121666n));
const ROOT_M1 = power(2n, (P - 1n) / 4n);

export const sum = ([x1, y1]: Point, [x2, y2]: Point): Point => {
  const k = mod(D * x1 * x2 * y1 * y2);
  return [mod((x1 * y2 + x2 * y1) * inverse(1n + k)), mod((y1 * y2 + x1 * x2) * inverse(1n - k))];
};
export const times = (k: bigint, point: Point): Point => {
  let [result, p]: [Point, Point] = [[0n, 1n], point];
  for (let e = k; e > 0n; e >>= 1n, p = sum(p, p)) if ((e & 1n) === 1n) result = sum(result, p);
  return result;
};
const lift = (y: bigint): Point | undefined => {
  const [u, v] = [mod(y * y - 1n), mod(D * y * y + 1n)];
  const x = mod(u * power(v, 3n) * power(u * power(v, 7n), (P - 5n) / 8n));
  const found = [x, mod(x * ROOT_M1)].find(root => mod(v * root * root - u) === 0n);
  return found === undefined ? undefined : [found, y];
};
export const bytesOf = (n: bigint): Buffer => Buffer.from(n.toString(16).padStart(64, '0'), 'hex').reverse();
export const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
export const encode = ([x, y]: Point): Buffer => bytesOf(y | ((x & 1n) << 255n));

const evenly = (point: Point | undefined): Point => (point === undefined ? [0n, 1n] : (point[0] & 1n) === 0n ? point : [mod(-point[0]), point[1]]);
export const BASE: Point = evenly(lift(mod(4n * inverse(5n))));

/** The eight points whose order divides 8, computed: the multiples of L·Q for the first Q that gives one of order 8. */
export const SMALL: readonly Point[] = (() => {
  for (let y = 2n; ; y++) {
    const q = lift(y);
    if (q === undefined) continue;
    const torsion = times(ORDER, q);
    if (times(4n, torsion)[1] !== 1n) return Array.from({ length: 8 }, (_, i) => times(BigInt(i), torsion));
  }
})();

/** All 32-byte texts that some decoder reads as a point of small order, or as a y that is not below p. */
export const ODD_ENCODINGS: readonly Buffer[] = [
  ...SMALL.flatMap(([, y]) => [bytesOf(y), bytesOf(y | (1n << 255n))]),
  ...Array.from({ length: 19 }, (_, i) => P + BigInt(i)).flatMap(y => [bytesOf(y), bytesOf(y | (1n << 255n))]),
];

export interface Signed {
  readonly key: Buffer;
  readonly message: Buffer;
  readonly signature: Buffer;
}
// A multiple of B costs a hundred times what the rest of a case does: the same few secrets and nonces are drawn again and again.
const multiples = new Map<bigint, Point>();
const multiple = (k: bigint): Point => {
  const known = multiples.get(k) ?? times(k, BASE);
  multiples.set(k, known);
  return known;
};

/** A signature whose key and R have parts of small order: a verifier that multiplies by the cofactor takes it, others do if the parts cancel. */
export const mixed = (secret: bigint, nonce: bigint, inKey: number, inR: number, message: Buffer): Signed => {
  const part = (i: number): Point => SMALL[i] ?? [0n, 1n];
  const key = encode(sum(multiple(secret), part(inKey)));
  const r = encode(sum(multiple(nonce), part(inR)));
  const h = numberOf(createHash('sha512').update(r).update(key).update(message).digest()) % ORDER;
  return { key, message, signature: Buffer.concat([r, bytesOf((nonce + h * secret) % ORDER)]) };
};
