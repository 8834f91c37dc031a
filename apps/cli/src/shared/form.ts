import { readFileSync } from 'node:fs';
import type { Lang } from '@cadastre/platform/locale';
import { distance } from 'fastest-levenshtein';
import { isMap, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { EXIT, Stop } from './exit.ts';
import { say } from './words.ts';

/** Reads a YAML file and checks its form; every fault with its line, or the value. What the values mean is the door's to judge. */
export const readForm = <S extends z.ZodType>(schema: S, file: string, lang: Lang): z.output<S> => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (e) {
    throw new Stop(EXIT.usage, say(lang, 'unreadable', file, (e as Error).message));
  }
  const parsed = parseForm(schema, text, lang);
  if ('faults' in parsed) throw new Stop(EXIT.usage, [say(lang, 'badFile', file), ...parsed.faults.map(f => `  ${f}`)].join('\n'));
  return parsed.value;
};

export const parseForm = <S extends z.ZodType>(schema: S, text: string, lang: Lang): { readonly value: z.output<S> } | { readonly faults: readonly string[] } => {
  const lines = new LineCounter();
  // `maxAliasCount: 0`: a file needs no aliases, and a few lines of them can expand to gigabytes.
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true });
  if (document.errors.length > 0) return { faults: document.errors.map(e => e.message.split('\n')[0] ?? e.message) };
  let plain: unknown;
  try {
    plain = document.toJS({ maxAliasCount: 0 });
  } catch (e) {
    return { faults: [(e as Error).message] };
  }
  const result = schema.safeParse(plain, { error: lang === 'fr' ? z.locales.fr().localeError : z.locales.en().localeError });
  if (result.success) return { value: result.data };
  const lineOf = (path: readonly PropertyKey[]): number => {
    for (let n = path.length; n >= 0; n--) {
      const node = document.getIn(path.slice(0, n), true) as { range?: [number, number, number] } | undefined;
      if (node?.range !== undefined) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
  const keyLine = (path: readonly PropertyKey[], key: string): number => {
    const map = path.length === 0 ? document.contents : document.getIn(path, true);
    const pair = isMap(map) ? map.items.find(i => String(i.key) === key) : undefined;
    const range = (pair?.key as { range?: [number, number, number] } | undefined)?.range;
    return range === undefined ? lineOf(path) : lines.linePos(range[0]).line;
  };
  const faults = result.error.issues.flatMap(issue =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map(key => ({ line: keyLine(issue.path, key), text: `${dotted(issue.path)}${say(lang, 'unknownKey', key, nearest(key, fieldsAt(schema, issue.path)))}` }))
      : [{ line: lineOf(issue.path), text: document.hasIn(issue.path) ? `${dotted(issue.path)}${issue.message}` : `${dotted(issue.path.slice(0, -1))}${say(lang, 'missingKey', String(issue.path.at(-1)))}` }]);
  return { faults: faults.sort((x, y) => x.line - y.line).map(f => `${f.line}: ${f.text}`) };
};

const dotted = (path: readonly PropertyKey[]): string => (path.length === 0 ? '' : `${path.map(String).join('.')}: `);

/** The fields the schema knows at a path; the nearest spelling first. */
const fieldsAt = (schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] => {
  let at: unknown = schema;
  for (const step of path) {
    at = unwrap(at);
    if (typeof step === 'number' && at instanceof z.ZodArray) at = at.element;
    else if (at instanceof z.ZodObject) at = (at.shape as Record<string, unknown>)[String(step)];
  }
  at = unwrap(at);
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
};

const unwrap = (schema: unknown): unknown =>
  schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? unwrap(schema.def.innerType) : schema;

const nearest = (key: string, known: readonly string[]): string =>
  [...known].sort((a, b) => distance(key, a) - distance(key, b)).join(', ');
