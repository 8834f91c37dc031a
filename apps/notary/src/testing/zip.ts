import { crc32, deflateRawSync } from 'node:zlib';

/** The fixed zip layout of docs/audit-bundle.md, written number by number. Each entry may lie about itself, for the attacks. */
export interface Entry {
  readonly name: string;
  readonly data: Buffer;
  readonly store?: boolean;
  /** Instead of what the data says. */
  readonly packed?: Buffer;
  readonly size?: bigint;
  readonly crc?: number;
  readonly method?: number;
}

const packing = (format: string, ...values: readonly (number | bigint)[]): Buffer => {
  const out: Buffer[] = [];
  for (const [i, width] of Array.from(format).entries()) {
    const value = BigInt(values[i] ?? 0);
    const bytes = Buffer.alloc(Number(width));
    for (let at = 0; at < bytes.length; at++) bytes[at] = Number((value >> BigInt(8 * at)) & 255n);
    out.push(bytes);
  }
  return Buffer.concat(out);
};
const FULL = 0xff_ff_ff_ff;

/** Where an entry's parts lie in the file: what a flipped bit means depends on it. */
export interface Placed {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

export const zipOf = (entries: readonly Entry[]): { readonly bytes: Buffer; readonly data: readonly Placed[] } => {
  const out: Buffer[] = [];
  const central: Buffer[] = [];
  const data: Placed[] = [];
  let at = 0;
  const put = (...parts: readonly Buffer[]): void => {
    for (const part of parts) {
      out.push(part);
      at += part.length;
    }
  };
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const packed = entry.packed ?? (entry.store === true ? entry.data : deflateRawSync(entry.data));
    const [method, crc, size, offset] = [entry.method ?? (entry.store === true ? 0 : 8), entry.crc ?? crc32(entry.data), entry.size ?? BigInt(entry.data.length), at];
    put(packing('42222244422', 0x04_03_4b_50, 45, 0x08_08, method, 0, 0x21, 0, FULL, FULL, name.length, 20), name, packing('2288', 1, 16, 0, 0));
    data.push({ name: entry.name, from: at, to: at + packed.length });
    put(packed, packing('4488', 0x08_07_4b_50, crc, packed.length, size));
    central.push(
      packing('42222224442222244', 0x02_01_4b_50, 0x03_2d, 45, 0x08_08, method, 0, 0x21, crc, FULL, FULL, name.length, 28, 0, 0, 0, 0x81_a4_00_00, FULL),
      name,
      packing('22888', 1, 24, size, packed.length, offset),
    );
  }
  const directory = Buffer.concat(central);
  const [start, count] = [at, entries.length];
  put(directory);
  const end = at;
  put(packing('4822448888', 0x06_06_4b_50, 44, 0x03_2d, 45, 0, 0, count, count, directory.length, start), packing('4484', 0x07_06_4b_50, 0, end, 1));
  put(packing('42222442', 0x06_05_4b_50, 0, 0, 0xff_ff, 0xff_ff, FULL, FULL, 0));
  return { bytes: Buffer.concat(out), data };
};
