import { TILE_WIDTH } from './tile.ts';

/** Bytes of the longest entry: its length is a uint16. */
export const MAX_ENTRY_BYTES = 0xffff;

/** Entries, each behind its length as a big-endian uint16. @throws RangeError unless 1 to 256 entries of at most 65,535 bytes. */
export const encodeBundle = (entries: readonly Uint8Array[]): Uint8Array => {
  if (entries.length < 1 || entries.length > TILE_WIDTH || entries.some(entry => entry.length > MAX_ENTRY_BYTES)) throw new RangeError('a bundle has 1 to 256 entries of at most 65,535 bytes');
  const bytes = new Uint8Array(entries.reduce((sum, entry) => sum + 2 + entry.length, 0));
  let at = 0;
  for (const entry of entries) {
    bytes[at] = entry.length >> 8;
    bytes[at + 1] = entry.length & 0xff;
    bytes.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return bytes;
};

/** The entries of a bundle. Undefined unless the bytes are exactly `width` entries, with nothing after them. */
export const parseBundle = (bytes: Uint8Array, width: number): readonly Uint8Array[] | undefined => {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length && entries.length < width) {
    const [high, low] = [bytes[at], bytes[at + 1]];
    if (high === undefined || low === undefined) return undefined;
    const end = at + 2 + ((high << 8) | low);
    if (end > bytes.length) return undefined;
    entries.push(bytes.slice(at + 2, end));
    at = end;
  }
  return at === bytes.length && entries.length === width && width >= 1 && width <= TILE_WIDTH ? entries : undefined;
};
