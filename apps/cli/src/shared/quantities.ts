import type { Lang } from '@cadastre/platform/locale';
import { EXIT, Stop } from './exit.ts';
import { say } from './words.ts';

const SCALE: Readonly<Record<string, bigint>> = { '': 1n, k: 1_000n, M: 1_000_000n, G: 1_000_000_000n };

/** `8MW`, `2.5MW`, `150kW`, `10200`: whole watts. Digits are moved, not multiplied: 2.3 MW is 2,300,000 W and not a watt less. */
export const watts = (typed: string, lang: Lang): number => {
  const [, whole = '', fraction = '', unit = ''] = /^(\d{1,10})(?:[.,](\d{1,9}))?\s?([kMG]?)W?$/.exec(typed) ?? [];
  const scale = SCALE[unit] ?? 1n;
  const scaled = BigInt(fraction.padEnd(9, '0')) * scale;
  if (whole === '' || scaled % 1_000_000_000n !== 0n) throw new Stop(EXIT.usage, say(lang, 'badQuantity', typed, '8MW, 150kW, 10200'));
  return Number(BigInt(whole) * scale + scaled / 1_000_000_000n);
};

/** `1.2` as 1200. */
export const thousandths = (typed: string, lang: Lang): number => {
  const [, whole = '', fraction = ''] = /^(\d{1,3})(?:[.,](\d{1,3}))?$/.exec(typed) ?? [];
  if (whole === '') throw new Stop(EXIT.usage, say(lang, 'badQuantity', typed, '1.2'));
  return Number(whole + fraction.padEnd(3, '0'));
};

export const count = (typed: string, lang: Lang): number => {
  if (!/^\d{1,9}$/.test(typed)) throw new Stop(EXIT.usage, say(lang, 'badQuantity', typed, '8'));
  return Number(typed);
};

/** `2027-07-01` (midnight UTC) or an instant of RFC 3339, as the doors want it. */
export const instant = (typed: string, lang: Lang, examples = '2027-07-01, 2027-07-01T08:00:00Z'): string => {
  const given = /^\d{4}-\d{2}-\d{2}$/.test(typed) ? `${typed}T00:00:00Z` : typed;
  const at = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(given) ? Date.parse(given) : NaN;
  // A day that the month has not rolls over: 30 February is not the second of March.
  if (Number.isNaN(at) || (given !== typed && new Date(at).toISOString().slice(0, 10) !== typed)) throw new Stop(EXIT.usage, say(lang, 'badQuantity', typed, examples));
  return new Date(at).toISOString();
};

const DAY = 86_400_000;
const AGO: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: DAY, j: DAY };

/** What is over: `2h`, `30m`, `7d` (or `7j`) before `now`, else an `instant`. */
export const past = (typed: string, lang: Lang, now: number): string => {
  const [, many = '', unit = ''] = /^(\d{1,5})([mhdj])$/.exec(typed) ?? [];
  const ms = AGO[unit];
  return ms === undefined ? instant(typed, lang, '2h, 7d, 2026-07-01, 2026-07-01T08:00:00Z') : new Date(now - Number(many) * ms).toISOString();
};

/** The last `weeks` ISO weeks (Monday to Sunday, UTC), the one of `now` included: [from, to). */
export const lastWeeks = (weeks: number, now: number): { readonly from: string; readonly to: string } => {
  const midnight = Math.floor(now / DAY) * DAY;
  // The first of January 1970 was a Thursday.
  const monday = midnight - ((midnight / DAY + 3) % 7) * DAY;
  return { from: new Date(monday - (weeks - 1) * 7 * DAY).toISOString(), to: new Date(monday + 7 * DAY).toISOString() };
};
