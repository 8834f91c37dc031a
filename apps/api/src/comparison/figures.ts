import type { Fraction } from '@cadastre/domain/comparison';
import type { Lang } from '@cadastre/platform/locale';

/** Numbers as the reader writes them. Only here do they leave the integers, and only to be read. */
export interface Figures {
  readonly whole: (value: number) => string;
  readonly money: (minor: number) => string;
  readonly watts: (w: number) => string;
  readonly mbps: (value: number) => string;
  readonly milliseconds: (us: number) => string;
  readonly minutes: (value: number) => string;
  readonly terabytes: (value: number) => string;
  readonly tonnes: (grams: number) => string;
  /** To a tenth of a percent. A bound is rounded into its interval, so that what is printed is true. */
  readonly percent: (share: Fraction, towards: 'UP' | 'DOWN' | 'NEAREST') => string;
}

const ROUND = { UP: Math.ceil, DOWN: Math.floor, NEAREST: Math.round } as const;

export const figures = (lang: Lang, currency: string): Figures => {
  const locale = lang === 'fr' ? 'fr-FR' : 'en-GB';
  const format = (value: number, digits = 0): string => new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
  const priced = new Intl.NumberFormat(locale, { style: 'currency', currency });
  const minor = 10 ** (priced.resolvedOptions().maximumFractionDigits ?? 2);
  const rounded = new Intl.NumberFormat(locale, { style: 'currency', currency, maximumFractionDigits: 0 });
  const tera = lang === 'fr' ? 'To' : 'TB';
  return {
    whole: value => format(value),
    // Cents say something about a price, nothing about the sum of years.
    money: value => (value >= 10_000 * minor ? rounded : priced).format(value / minor),
    watts: w => (w >= 1_000_000 ? `${format(w / 1_000_000, 2)} MW` : `${format(w / 1_000, 1)} kW`),
    mbps: value => (value >= 1_000 ? `${format(value / 1_000, 1)} Gbit/s` : `${format(value)} Mbit/s`),
    milliseconds: us => `${format(us / 1_000, 1)} ms`,
    minutes: value => (value < 60 ? `${format(value)} min` : `${format(Math.floor(value / 60))} h${value % 60 === 0 ? '' : ` ${format(value % 60)} min`}`),
    terabytes: value => `${format(value)} ${tera}`,
    tonnes: grams => `${format(grams / 1_000_000, 1)} t CO2e`,
    percent: ({ numerator, denominator }, towards) => `${format(ROUND[towards]((numerator * 1_000) / denominator) / 10, 1)} %`,
  };
};
