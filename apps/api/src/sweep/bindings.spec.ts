import { existsSync, globSync, readFileSync } from 'node:fs';
import { AUDIT_TYPES, AWAITED, DOORS, PROCESSES, writersOf } from '@cadastre/domain/audit';
import { describe, expect, it } from 'vitest';
import { callsOf, type Kind } from './documents.ts';

// What no one may forget for a new field or process: to say what it leaves in the audit log. The fields come from the committed schemas, the processes from their main files.
const ROOT = new URL('../../../../', import.meta.url);
const BIND = 'say what it leaves in libs/domain/src/audit/bindings.ts';

describe.each(['tenant', 'provider'] as const)('the %s door', name => {
  const { mutations, sensitive, plain, subscriptions } = DOORS[name];
  const bound: Readonly<Record<Kind, readonly string[]>> = { mutation: Object.keys(mutations), query: [...Object.keys(sensitive), ...plain], subscription: Object.keys(subscriptions) };

  it.each(callsOf(name).map(c => [c.kind, c.field] as const))('%s %s has a binding', (kind, field) => {
    expect(bound[kind], `${name}.${field}: ${BIND}`).toContain(field);
  });
  it('has no binding of what is no field, and none twice', () => {
    const fields = callsOf(name).map(c => `${c.kind} ${c.field}`).sort();
    expect(Object.entries(bound).flatMap(([kind, list]) => list.map(field => `${kind} ${field}`)).sort()).toEqual(fields);
  });
  it('leaves an event of every mutation and of every read that is sensitive', () => {
    expect([...Object.entries(mutations), ...Object.entries(sensitive)].filter(([, types]) => types.length === 0)).toEqual([]);
  });
});

const sources = (pattern: string): readonly string[] => globSync(pattern, { cwd: ROOT, exclude: ['**/node_modules/**', '**/generated/**'] });

/** A file and what it imports from its own app, and so on. */
const reachedFrom = (file: URL, seen = new Map<string, URL>()): readonly URL[] => {
  if (seen.has(file.href)) return [];
  seen.set(file.href, file);
  for (const [, path] of readFileSync(file, 'utf8').matchAll(/^(?:import|export) [^'"]*?from '(\.[^']*\.ts)'/gm)) if (path !== undefined && existsSync(new URL(path, file))) reachedFrom(new URL(path, file), seen);
  return [...seen.values()];
};

describe('the processes', () => {
  it('each have a binding', () => {
    const mains = sources('{apps,libs}/**/main.ts');
    expect(mains.length).toBeGreaterThan(5);
    expect(mains.filter(m => PROCESSES[m] === undefined), BIND).toEqual([]);
  });
  // `e2e/src/sealing.stack.spec.ts` sees the events themselves; here none is forgotten that no stack starts.
  it.each(Object.keys(PROCESSES))('%s says that it starts, with which settings, if it has a database that takes it', main => {
    const text = reachedFrom(new URL(main, ROOT)).map(file => readFileSync(file, 'utf8')).join('\n');
    const says = /\bcreateSelf\(/.test(text) && /\bself\??\.watch\(/.test(text);
    expect({ opens: /\bopenStore\(/.test(text), says }).toEqual({ opens: says, says: PROCESSES[main]?.includes('platform.process.start') });
  });
});

describe('the catalogue', () => {
  // Where types are listed, described or bound, they are not written.
  const LISTS = /^libs\/domain\/src\/audit\/|\/messages\/audit\.ts$|\.spec\.ts$|\.fixture\.ts$|\/testing\/|\/generated\//;
  const written = new Set(sources('{apps,libs}/**/*.ts').filter(f => !LISTS.test(f))
    .flatMap(f => readFileSync(new URL(f, ROOT), 'utf8').match(/(?<=')(dcim|platform|iam|tenancy|compute|law|audit|request|billing)(\.[a-z]+){1,2}(?=')/g) ?? []));

  it('has no dead type: each is written somewhere', () => {
    expect(AUDIT_TYPES.filter(t => !written.has(t) && !AWAITED.includes(t))).toEqual([]);
  });
  it('awaits no type that is written already: take it out of AWAITED', () => {
    expect(AWAITED.filter(t => written.has(t) && writersOf(t).length > 0)).toEqual([]);
  });
});
