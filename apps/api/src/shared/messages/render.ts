import type { Params } from '@cadastre/domain/core';
import type { Lang } from '@cadastre/platform/locale';
import { IntlMessageFormat } from 'intl-messageformat';
import { en } from './en.ts';
import { fr } from './fr.ts';

export const CATALOGUES = { fr, en } as const;

const compiled = new Map<string, IntlMessageFormat>();

/** An ICU message with its parameters. A parameter that is missing shows as `?`: a half sentence is better for the reader than an error in place of the answer. */
export const render = (lang: Lang, message: string, params: Params): string => {
  const key = `${lang}\n${message}`;
  let format = compiled.get(key);
  if (format === undefined) {
    format = new IntlMessageFormat(message, lang, undefined, { ignoreTag: true });
    compiled.set(key, format);
  }
  const values = Object.fromEntries(Object.entries(params).map(([k, v]) => [k, Array.isArray(v) ? v.join(', ') : v])) as Record<string, string | number>;
  try {
    return String(format.format(values));
  } catch {
    return message.replace(/\{(\w+)[^{}]*\}/g, (_, name: string) => String(values[name] ?? '?'));
  }
};

/** French unless English is preferred by `Accept-Language` (RFC 9110 weights). */
export const langOfHeader = (header: string | undefined): Lang => {
  const wanted = (header ?? '').split(',').map((part, i) => {
    const [tag = '', ...rest] = part.trim().toLowerCase().split(';');
    const q = rest.map(r => /^\s*q=([\d.]+)/.exec(r)?.[1]).find(v => v !== undefined);
    return { tag, q: q === undefined ? 1 : Number(q), i };
  });
  const known = wanted.filter(w => w.q > 0 && /^(fr|en)(-|$)/.test(w.tag)).sort((a, b) => b.q - a.q || a.i - b.i);
  return known[0]?.tag.startsWith('en') === true ? 'en' : 'fr';
};
