import type { Lang } from '@cadastre/platform/locale';
import { text, type Json, type Row } from './graphql.ts';

/** One column of a table. Apart from what prints it, since every verb needs the nouns and few a table. */
export interface Column {
  readonly title: Readonly<Record<Lang, string>>;
  readonly value: (row: Row) => string;
}

/** Follows a dotted path through nested rows; absent is an empty text. */
export const at = (path: string) => (row: Row): string => {
  const found = path.split('.').reduce<Json | undefined>((o, k) => (o !== null && typeof o === 'object' && !Array.isArray(o) ? (o as Row)[k] : undefined), row);
  return Array.isArray(found) ? found.map(text).join(', ') : text(found);
};
