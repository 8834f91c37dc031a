import type { Problem } from '@cadastre/domain/core';
import { problem } from '@cadastre/domain/core';

const SHOWN = 80;
const CONTROL = /\p{Cc}/gu;

/** What an answer or an event may repeat of what a caller typed: no longer than a name is, on one line, and nothing that the database's text cannot hold. */
export const shown = (text: string): string => text.slice(0, SHOWN).replace(CONTROL, ' ').toWellFormed();

/** PostgreSQL's text holds no NUL: said before anything is looked up, or the first look-up by such a name would break instead of answering. */
export const unstorable = (value: unknown, path: readonly string[] = []): readonly Problem[] => {
  if (typeof value === 'string') return value.includes('\0') ? [problem('BAD_FORMAT', { field: path.at(-1) ?? '', value: shown(value), expected: 'text without NUL' }, { path })] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([field, item]) => unstorable(item, [...path, field]));
};
