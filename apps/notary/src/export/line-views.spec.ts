import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { AUDIT_OUTCOMES, AUDIT_PHASES, AUDIT_TYPES } from '@cadastre/domain/audit';
import { framed, LINE_VIEWS, millisOf, syslog } from '@cadastre/domain/view';
import type { LeafPlace, View, ViewedEvent } from '@cadastre/domain/view';
import { openParquet } from './parquet.ts';

const place: LeafPlace = { index: 41, leafHash: 'ab'.repeat(32) };
const event = (more: Partial<ViewedEvent> = {}): ViewedEvent => ({
  v: 1, id: 'audit_01', log: 'audit.test/t/organisation_1', time: '2026-11-27T10:00:00.123Z', type: 'compute.instance.create', phase: 'completed', outcome: 'success', tenant: 'organisation_1',
  actor: { kind: 'user', id: 'subject', directory: 'tenant', roles: ['ENGINEER'], auth: { method: 'oidc' } }, target: { kind: 'instance', id: 'instance_1' },
  source: { interface: 'tenant-door', host: 'h', version: '0.1.0' }, request: { id: 'r', trace: 'a'.repeat(32) }, class: 'lifecycle', ...more,
});
// What a caller may put into a name, hoping to write a second record or to hide the first.
const ODD = ['a\r\nb', '\u001b[31mred', 'x\u2028y\u2029z', '\u202egnp.exe', 'lone \ud800 half', 'p|i=p\\e ]"q', '\u0000', '\u0085next'] as const;
const every = [
  ...AUDIT_TYPES.flatMap(type => AUDIT_OUTCOMES.map((outcome, i) => event({ type, outcome, phase: AUDIT_PHASES[i % AUDIT_PHASES.length] ?? 'completed' }))),
  ...ODD.flatMap(t => [event({ reason: t, target: { kind: 'instance', id: t } }), event({ type: 'iam.login.failed', outcome: 'denied', actor: { kind: 'anonymous', id: t, directory: 'none', roles: [t], auth: { method: 'none' } } })]),
];

describe.each(Object.entries<View>(LINE_VIEWS))('%s', (name, view) => {
  it('is one line for every type, outcome and odd text, and names the leaf', () => {
    for (const e of every) {
      const line = view(e, place);
      expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
      expect(line).toContain(place.leafHash);
      expect(line).toContain(e.log);
      if (name !== 'cef') expect(() => JSON.parse(line) as unknown).not.toThrow();
    }
  });
});

describe('ocsf', () => {
  const published = JSON.parse(readFileSync(new URL('../testing/ocsf-1.8.0.json', import.meta.url), 'utf8')) as { classes: Record<string, object>; $defs: object };
  const ajv = new Ajv({ strict: false });
  const valid = Object.fromEntries(Object.entries(published.classes).map(([c, s]) => [c, ajv.compile({ ...s, $defs: published.$defs })]));
  it('is valid under the published schema, as API Activity or Authentication', () => {
    for (const e of every) {
      const row = JSON.parse(LINE_VIEWS.ocsf(e, place)) as { class_uid: number };
      const check = valid[row.class_uid === 3002 ? 'authentication' : 'api_activity'];
      expect(check?.(row), JSON.stringify(check?.errors)).toBe(true);
    }
  });
  it('and the schema can refuse: a row without its actor, of another activity, with a field that is none', () => {
    const row = JSON.parse(LINE_VIEWS.ocsf(event(), place)) as Record<string, unknown>;
    const { actor: _, ...actorless } = row;
    expect([actorless, { ...row, activity_id: 7 }, { ...row, invented: 1 }].map(r => valid['api_activity']?.(r))).toEqual([false, false, false]);
  });
});

describe('cef', () => {
  it.each([
    { reason: 'pipe and backslash in the header', e: event({ source: { interface: 'd', host: 'h', version: '1|2\\3' } }), has: '|1\\|2\\\\3|' },
    { reason: 'equals sign in a value', e: event({ target: { kind: 'instance', id: 'a=b' } }), has: 'cs5=a\\=b' },
    { reason: 'line end in a value', e: event({ target: { kind: 'instance', id: 'a\nCEF:0|x' } }), has: 'cs5=a\\\\u000aCEF:0|x' },
    { reason: 'turned text', e: event({ reason: '\u202eabc' }), has: 'reason=\\\\u202eabc' },
  ])('escapes $reason', ({ e, has }) => {
    expect(LINE_VIEWS.cef(e, place)).toContain(has);
  });
  it('has its seven header fields', () => {
    expect(LINE_VIEWS.cef(event(), place).split(/(?<!\\)\|/).slice(0, 7)).toEqual(['CEF:0', 'Cadastre', 'Cadastre', '0.1.0', 'compute.instance.create', 'compute.instance.create success', '1']);
  });
});

describe('syslog', () => {
  it('is RFC 5424: facility audit, severity by outcome, structured data that name the leaf', () => {
    expect(syslog(event({ outcome: 'denied' }), place, 'text')).toMatch(/^<108>1 2026-11-27T10:00:00\.123Z h cadastre - compute\.instance\.create \[audit@32473 id="audit_01" log="audit\.test\/t\/organisation_1" index="41" leafHash="(ab){32}"\] text$/);
    expect(syslog(event({ id: 'a"]\\b\nc', source: { interface: 'd', host: 'h o\nst', version: '1' } }), place, 't')).toContain('h_o_st cadastre - compute.instance.create [audit@32473 id="a\\"\\]\\\\b c"');
  });
  it('is framed by the octets of its UTF-8', () => {
    expect(framed('é', t => Buffer.byteLength(t))).toBe('2 é');
  });
});

it.each(['0001-01-01T00:00:00.000Z', '1969-12-31T23:59:59.999Z', '1970-01-01T00:00:00.000Z', '2000-02-29T12:34:56.789Z', '2026-11-27T10:00:00.123Z', '2100-03-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'])('%s is the instant that Date says', t => {
  expect(millisOf(t)).toBe(Date.parse(t));
});

describe('parquet', () => {
  it('gives back each event with its leaf, over several row groups, the same bytes each time', async () => {
    const whole = (): Buffer => {
      const file = openParquet();
      const parts: Uint8Array[] = [];
      for (let i = 0; i < 20_050; i++) parts.push(file.add(event({ id: `audit_${String(i)}`, ...(i % 2 === 0 ? { reason: 'R' } : {}) }), { ...place, index: i }, `{"i":${String(i)}}`));
      return Buffer.concat([...parts, file.end()]);
    };
    const bytes = whole();
    expect(bytes.equals(whole())).toBe(true);
    const rows = await parquetReadObjects({ file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer });
    expect(rows).toHaveLength(20_050);
    expect(rows[20_049]).toMatchObject({ index: 20_049n, leaf_hash: place.leafHash, id: 'audit_20049', leaf: '{"i":20049}', time: new Date('2026-11-27T10:00:00.123Z') });
    expect(rows[0]).toMatchObject({ reason: 'R' });
  });
});
