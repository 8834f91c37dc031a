interface Element {
  readonly tag: number;
  readonly from: number;
  readonly to: number;
}
const MAX = 2 ** 20;
const SEQUENCE = 0x30;
const bad = (): never => {
  throw new Error('not a granted RFC 3161 response over SHA-256');
};

/** One element at `at`, whose length has its shortest form. */
const elementAt = (der: Uint8Array, at: number, end: number): Element => {
  const [tag, first] = [der[at], der[at + 1]];
  if (tag === undefined || first === undefined || at + 2 > end || first === 0x80) return bad();
  const more = first > 0x80 ? first - 0x80 : 0;
  if (more > 4 || at + 2 + more > end) return bad();
  const length = more === 0 ? first : der.subarray(at + 2, at + 2 + more).reduce((n, byte) => n * 256 + byte, 0);
  if (more > 0 && (length < 0x80 || der[at + 2] === 0)) return bad();
  const from = at + 2 + more;
  return from + length <= end ? { tag, from, to: from + length } : bad();
};

const inside = (der: Uint8Array, { tag, from, to }: Element, wanted: number, least: number, most = least): readonly Element[] => {
  if (tag !== wanted) return bad();
  const found: Element[] = [];
  for (let at = from; at < to;) {
    const next = elementAt(der, at, to);
    found.push(next);
    at = next.to;
  }
  return found.length >= least && found.length <= most ? found : bad();
};

/** The SHA-256 that a granted RFC 3161 response is about, by the one shape of docs/audit-bundle.md; the authority's signature is not looked at. @throws Error */
export const imprintOf = (der: Uint8Array): Uint8Array => {
  if (der.length > MAX) return bad();
  const pick = (list: readonly Element[], n: number): Element => list.at(n) ?? bad();
  const is = ({ tag, from, to }: Element, wanted: number, ...contents: readonly string[]): void => {
    if (tag !== wanted || !contents.includes(Buffer.from(der.subarray(from, to)).toString('hex'))) bad();
  };
  const whole = elementAt(der, 0, der.length);
  if (whole.to !== der.length) return bad();
  const response = inside(der, whole, SEQUENCE, 2);
  is(pick(inside(der, pick(response, 0), SEQUENCE, 1, Infinity), 0), 0x02, '00', '01');
  const info = inside(der, pick(response, 1), SEQUENCE, 2);
  is(pick(info, 0), 0x06, '2a864886f70d010702');
  const signed = inside(der, pick(inside(der, pick(info, 1), 0xa0, 1), 0), SEQUENCE, 4, Infinity);
  inside(der, pick(signed, -1), 0x31, 1, Infinity);
  const content = inside(der, pick(signed, 2), SEQUENCE, 2);
  is(pick(content, 0), 0x06, '2a864886f70d0109100104');
  const octets = pick(inside(der, pick(content, 1), 0xa0, 1), 0);
  if (octets.tag !== 0x04) return bad();
  const token = elementAt(der, octets.from, octets.to);
  if (token.to !== octets.to) return bad();
  const parts = inside(der, token, SEQUENCE, 5, Infinity);
  is(pick(parts, 0), 0x02, '01');
  const time = pick(parts, 4);
  if (time.tag !== 0x18 || der.subarray(time.from, time.to).some(byte => byte > 0x7f)) return bad();
  const [algorithm, digest] = inside(der, pick(parts, 2), SEQUENCE, 2);
  const [name, nothing] = inside(der, algorithm ?? bad(), SEQUENCE, 1, 2);
  is(name ?? bad(), 0x06, '608648016503040201');
  if (nothing !== undefined) is(nothing, 0x05, '');
  if (digest?.tag !== 0x04 || digest.to - digest.from !== 32) return bad();
  return der.subarray(digest.from, digest.to);
};
