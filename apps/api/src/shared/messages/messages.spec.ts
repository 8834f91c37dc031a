import { globSync, readFileSync } from 'node:fs';
import { PLACEMENT_REASONS } from '@cadastre/domain/capacity';
import { PROBLEM_CODES, type Params, type ProblemCode } from '@cadastre/domain/core';
import { IntlMessageFormat } from 'intl-messageformat';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { problemData } from '../problems.ts';
import { CATALOGUES, langOfHeader, render } from './render.ts';

const LANGS = ['fr', 'en'] as const;
const ROOT = new URL('../../../../../', import.meta.url).pathname;

/** What the parser of intl-messageformat makes of a message. */
interface Part { readonly type: number; readonly value?: string; readonly options?: Readonly<Record<string, { readonly value: readonly Part[] }>> }
const [LITERAL, NUMBER, SELECT, PLURAL] = [0, 2, 5, 6];

/** Parameters of an ICU message, and what each is formatted as. */
const parametersOf = (message: string): ReadonlyMap<string, 'number' | 'any'> => {
  const found = new Map<string, 'number' | 'any'>();
  const walk = (elements: readonly Part[]): void => {
    for (const e of elements) {
      if (e.value === undefined || e.type === LITERAL) continue;
      found.set(e.value, e.type === NUMBER || e.type === PLURAL ? 'number' : (found.get(e.value) ?? 'any'));
      for (const option of Object.values(e.options ?? {})) walk(option.value);
    }
  };
  walk(new IntlMessageFormat(message, 'en', undefined, { ignoreTag: true }).getAst());
  return found;
};

/** One place of the product that makes a problem. `params` are the names it gives; undefined when they are not written there. */
interface Site { readonly code: ProblemCode; readonly params: readonly string[] | undefined; readonly where: string }

const MAKERS: Readonly<Record<string, number>> = { problem: 1, refuse: 1, fault: 2 };
const namesOf = (node: ts.Expression | undefined): readonly string[] | undefined => {
  if (node === undefined) return [];
  if (!ts.isObjectLiteralExpression(node) || node.properties.some(p => ts.isSpreadAssignment(p))) return undefined;
  return node.properties.map(p => (p.name === undefined ? '' : (p.name as ts.Identifier).text));
};
const literalsOf = (node: ts.Expression | undefined): readonly string[] => {
  if (node === undefined) return [];
  if (ts.isStringLiteral(node)) return [node.text];
  return ts.isConditionalExpression(node) ? [...literalsOf(node.whenTrue), ...literalsOf(node.whenFalse)] : [];
};

const sitesOf = (file: string): readonly Site[] => {
  const source = ts.createSourceFile(file, readFileSync(`${ROOT}${file}`, 'utf8'), ts.ScriptTarget.Latest, true);
  const sites: Site[] = [];
  const visit = (node: ts.Node): void => {
    const name = ts.isCallExpression(node) && ts.isIdentifier(node.expression) ? node.expression.text : '';
    const at = MAKERS[name];
    if (at !== undefined && ts.isCallExpression(node)) {
      const where = `${file}:${String(source.getLineAndCharacterOfPosition(node.getStart()).line + 1)}`;
      const given = namesOf(node.arguments[at]);
      const params = given === undefined || name !== 'fault' ? given : ['field', ...given];
      for (const text of literalsOf(node.arguments[0])) if ((PROBLEM_CODES as readonly string[]).includes(text)) sites.push({ code: text as ProblemCode, params, where });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return sites;
};

/** What runs, not what tests it. */
const sources = (...patterns: readonly string[]): readonly string[] => globSync(patterns, { cwd: ROOT }).filter(f => !/\.(spec|fixture)\.ts$|\/(testing|generated|sweep)\//.test(f));
const SITES = sources('libs/domain/src/**/*.ts', 'apps/{api,allocator}/src/**/*.ts').flatMap(sitesOf);

/** Parameters that fill both sentences in both languages: once for each word that a `select` knows, and once for one that it does not. */
const samples = (code: ProblemCode): readonly Params[] => {
  const texts = LANGS.flatMap(lang => Object.values<string>(CATALOGUES[lang].problems[code] as unknown as Record<string, string>));
  const kinds = texts.flatMap(text => [...parametersOf(text)]);
  const base = Object.fromEntries(kinds.map(([name, kind]) => [name, kind === 'number' ? 1_234 : `<${name}>`]));
  const choices = texts.flatMap(text => [...choicesOf(text)]);
  // `other {?}` says that the words are complete: anything else is a bug, which the places above would show.
  return choices.length === 0 ? [base] : choices.map(([name, word]) => ({ ...Object.fromEntries(choices), ...base, ...firstWords(choices, base), [name]: word }));
};
const firstWords = (choices: readonly (readonly [string, string])[], base: Params): Params => Object.fromEntries([...choices].reverse().filter(([name]) => name in base));
const choicesOf = (message: string): readonly (readonly [string, string])[] =>
  (new IntlMessageFormat(message, 'en', undefined, { ignoreTag: true }).getAst() as readonly Part[]).filter(e => e.type === SELECT).flatMap(e => Object.entries(e.options ?? {})
    .filter(([word, o]) => !(word === 'other' && o.value[0]?.value === '?')).map(([word]) => [e.value ?? '', word === 'other' ? `<${e.value ?? ''}>` : word] as const));
// A question may end a sentence; a `?` inside one is a parameter that was missing.
const UNFILLED = /[{}]|(?<!["»] ?)\?|NaN|undefined/u;

describe('the words of a problem', () => {
  it('are looked for in every place that makes one', () => {
    expect(SITES.length).toBeGreaterThan(60);
  });

  it.each(SITES.filter(s => s.params !== undefined).map(s => [s.code, s.where, s.params ?? []] as const))('%s at %s finds all its parameters', (code, _where, params) => {
    for (const lang of LANGS) {
      const { message, suggestion } = CATALOGUES[lang].problems[code];
      // A missing `near` is told as "none" by problems.ts.
      const missing = [...parametersOf(message).keys(), ...parametersOf(suggestion).keys()].filter(name => name !== 'near' && !params.includes(name));
      expect(missing, lang).toEqual([]);
    }
  });

  it.each(PROBLEM_CODES)('%s is told in both languages, with the same parameters, nothing left to fill in', code => {
    const [fr, en] = LANGS.map(lang => {
      const told = samples(code).map(params => problemData(lang, { code, params, retryable: false }));
      for (const text of told.flatMap(d => [d.message, d.suggestion])) expect(text).not.toMatch(UNFILLED);
      const { message, suggestion } = CATALOGUES[lang].problems[code];
      return { names: [...new Set([...parametersOf(message).keys(), ...parametersOf(suggestion).keys()])].sort(), message: told[0]?.message };
    });
    expect(fr?.names).toEqual(en?.names);
    expect(fr?.message).not.toBe(en?.message);
  });
});

describe('the reasons of a placement', () => {
  const paramsOf = (): ReadonlyMap<string, readonly string[]> => {
    const found = new Map<string, readonly string[]>();
    for (const file of sources('libs/domain/src/capacity/*.ts')) {
      const source = ts.createSourceFile(file, readFileSync(`${ROOT}${file}`, 'utf8'), ts.ScriptTarget.Latest, true);
      const visit = (node: ts.Node): void => {
        if (ts.isObjectLiteralExpression(node)) {
          const property = (name: string): ts.Expression | undefined => node.properties.flatMap(p => (ts.isPropertyAssignment(p) && (p.name as ts.Identifier).text === name ? [p.initializer] : []))[0];
          const params = property('params');
          // Parameters that are spread from elsewhere are not written here.
          const names = params === undefined ? undefined : namesOf(params);
          for (const reason of literalsOf(property('reason'))) if (names !== undefined) found.set(reason, names);
        }
        ts.forEachChild(node, visit);
      };
      visit(source);
    }
    return found;
  };
  const given = paramsOf();

  it('that the allocator gives today have all the numbers that their words show', () => {
    expect([...given.keys()].sort()).toEqual(expect.arrayContaining(['HEALTH', 'NO_CAPACITY', 'NO_MATCHING_SHAPE', 'ON_HOLD', 'RESERVED_FOR_OTHERS', 'TOPOLOGY_FRAGMENTED']));
    for (const [reason, names] of given) {
      for (const lang of LANGS) {
        const { operator, tenant } = CATALOGUES[lang].placement[reason as (typeof PLACEMENT_REASONS)[number]];
        for (const text of [operator, tenant]) expect([reason, lang, [...parametersOf(text).keys()].filter(n => !names.includes(n))]).toEqual([reason, lang, []]);
      }
    }
  });

  it.each(PLACEMENT_REASONS.flatMap(r => (['operator', 'tenant'] as const).map(who => [r, who] as const)))('%s is told to the %s in both languages', (reason, who) => {
    const [fr, en] = LANGS.map(lang => {
      const text = CATALOGUES[lang].placement[reason][who];
      return render(lang, text, Object.fromEntries([...parametersOf(text)].map(([name, kind]) => [name, kind === 'number' ? 7 : name])));
    });
    for (const text of [fr, en]) expect(text).not.toMatch(UNFILLED);
    expect(fr).not.toBe(en);
  });
});

describe('the language of an answer', () => {
  it.each([
    [undefined, 'fr'], ['', 'fr'], ['de', 'fr'], ['*', 'fr'], ['en', 'en'], ['EN-GB', 'en'], ['en-GB,en;q=0.9', 'en'], ['fr;q=0.5, en;q=0.8', 'en'], ['en;q=0.5, fr', 'fr'],
    ['de, en;q=0.2', 'en'], ['en;q=0', 'fr'], ['fr;q=0, en;q=0', 'fr'], ['en;q=0.8,fr;q=0.8', 'en'], ['frr, en', 'en'], ['english', 'fr'], ['en;q=abc', 'en'],
  ])('Accept-Language %j: %s', (header, lang) => {
    expect(langOfHeader(header)).toBe(lang);
  });

  it('groups digits as its readers do', () => {
    const params = { field: 'maxPowerW', value: 150_001, limit: 150_000 };
    expect(problemData('fr', { code: 'RACK_POWER_LIMIT', params, retryable: false }).message).toMatch(/150\s001 W/u);
    expect(problemData('en', { code: 'RACK_POWER_LIMIT', params, retryable: false }).message).toContain('150,001 W');
  });

  it('shows what callers typed as text, whatever ICU would make of it', () => {
    expect(render('en', '"{value}" is odd.', { value: '{evil, plural, other {#}} <b>' })).toBe('"{evil, plural, other {#}} <b>" is odd.');
  });
});
