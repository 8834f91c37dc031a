import { createIds } from '@cadastre/platform/ids';
import { waitFor } from '@cadastre/testing/wait';
import { beforeAll, expect, test } from 'vitest';
import { withDatabase } from './world/census.ts';
import { sharedStack } from './world/people.ts';
import { cli, declareValence, type CliResult } from './world/site.ts';

// What people type who guard an audit trail, in the language they speak. The hospital's log is read by the provider's auditor, under a mandate that two others give him.
const run = sharedStack();
const HOSPITAL = 'chu-valence';
beforeAll(async () => { await declareValence(run); });

type Lang = 'fr' | 'en';
const as = (user: string, lang: Lang) => (...args: readonly string[]): Promise<CliResult> => cli(run, ['--user', user, ...(['colette', 'cyril', 'pascal', 'olivia'].includes(user) ? ['--door', 'provider'] : []), ...args], { LC_ALL: lang });
const [colette, cyril, pascal, aude, alice] = [as('colette', 'fr'), as('cyril', 'en'), as('pascal', 'fr'), as('aude', 'en'), as('alice', 'fr')];
/** What a verb that was done printed, as lines. */
const done = async (answer: Promise<CliResult>): Promise<readonly string[]> => {
  const { code, stdout, stderr } = await answer;
  expect(code, stderr).toBe(0);
  return stdout.trimEnd().split('\n').map(line => line.trim());
};
const refused = async (answer: Promise<CliResult>): Promise<string> => {
  const { code, stderr } = await answer;
  expect(code).toBe(1);
  return stderr.trimEnd();
};
const field = (lines: readonly string[], name: string): string => lines.find(line => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? '';
const soon = (seconds: number): string => new Date(Date.now() + seconds * 1_000).toISOString();

test('a mandate, from its request by one person and its grant by another to its use, its end and what is left of it', async () => {
  const expires = soon(40);
  const reading = (id: string) => pascal('audit', 'lines', '--mandate', id);
  const proposed = await done(colette('mandate', 'propose', '--organisation', HOSPITAL, '--subject', 'pascal', '--act', 'CSP L.1111-8', '--from', soon(-3_600), '--to', soon(3_600), '--expires', expires));
  const id = field(proposed, 'id');
  expect([id.startsWith('mandate_'), field(proposed, 'state'), proposed[0]]).toEqual([true, 'PROPOSED', 'mandate:']);

  expect(await refused(reading(id))).toBe('MANDATE_NOT_IN_FORCE: Ce mandat ne permet pas de lire : il n’est pas encore approuvé.\n→ Demandez à qui l’accorde de l’approuver, ou d’en proposer un nouveau.');
  expect(await refused(colette('mandate', 'approve', id))).toContain('SAME_PERSON: Vous avez vous-même proposé cet objet (mandate)');
  expect(field(await done(cyril('mandate', 'approve', id)), 'state')).toBe('ACTIVE');

  const read = await done(reading(id));
  expect(read.map(line => (JSON.parse(line) as { type: string }).type)).toEqual(expect.arrayContaining(['audit.mandate.propose', 'audit.mandate.approve']));
  const used = await done(colette('get', 'mandates'));
  expect(used.find(line => line.includes(id))).toMatch(/ACTIVE +colette +cyril +1$/);

  // The hospital's own auditor is told, without asking anybody.
  const trail = (await done(aude('audit', 'access', '--subject', 'pascal', '--object', HOSPITAL, '--from', '1d'))).join('\n');
  expect(trail).toMatch(/· Mandate to read proposed by colette on .*, approved by cyril on .*, on “CSP L.1111-8”, until .*; used once/);

  const over = await waitFor(async () => {
    const { code, stderr } = await reading(id);
    return code === 1 && stderr;
  }, { what: 'the end of the mandate', timeoutMs: 90_000, everyMs: 2_000 });
  expect(over).toContain(`MANDATE_NOT_IN_FORCE: Ce mandat ne permet pas de lire : il a pris fin le ${expires}.`);
  const told = await waitFor(async () => {
    const lines = await done(aude('audit', 'list', '--type', 'audit.mandate.', '--target', id));
    return lines.some(line => line.includes('audit.mandate.expire')) && lines;
  }, { what: 'the end as an event', timeoutMs: 60_000, everyMs: 2_000 });
  expect(told.slice(1).map(line => line.split(/ {2,}/)[1])).toEqual(['audit.mandate.expire', 'audit.mandate.approve', 'audit.mandate.propose']);
  expect(await refused(cyril('mandate', 'revoke', id))).toContain('WRONG_STATE: The mandate is EXPIRED');
  const why = await done(pascal('audit', 'list', '--reason', 'SAME_PERSON', '--target', id));
  expect(why.slice(1).map(line => line.split(/ {2,}/).slice(1, 5))).toEqual([['audit.mandate.approve', 'failure', 'SAME_PERSON', 'colette']]);
}, 240_000);

test('a hold keeps what it covers from being erased until another person lifts it; an erasure has a certificate in the language asked', async () => {
  const subject = `parti-${String(Date.now())}`;
  const placed = await done(colette('audit', 'hold', 'place', '--organisation', HOSPITAL, '--about', subject, '--reference', 'TJ Valence 26/001'));
  const id = field(placed, 'id');
  expect(await refused(alice('audit', 'erase', subject, '--ground', 'OBJECTION'))).toContain('LEGAL_HOLD');
  expect(await refused(colette('audit', 'hold', 'lift', id))).toContain('SAME_PERSON');
  expect(field(await done(cyril('audit', 'hold', 'lift', id)), 'liftedBy')).toBe('cyril');
  const erasure = field(await done(alice('audit', 'erase', subject, '--ground', 'OBJECTION')), 'id');
  const certificate = await waitFor(async () => {
    const { code, stdout } = await alice('audit', 'certificate', erasure);
    return code === 0 && stdout;
  }, { what: 'the certificate', timeoutMs: 60_000, everyMs: 1_000 });
  expect(certificate).toContain(subject);
  expect((await done(as('alice', 'en')('audit', 'certificate', erasure))).join('\n')).not.toBe(certificate.trimEnd());
  expect(await refused(alice('audit', 'certificate', 'erasure_01h455vb4pex5vsknk084sn02q'))).toBe('Aucun objet erasure_01h455vb4pex5vsknk084sn02q, ou pas pour ce jeton.');
}, 180_000);

test('an alarm is seen by those concerned, answered by an operator, and over when a person says why', async () => {
  const id = createIds().next('alarm');
  // As the monitor would have raised it: what it takes to make it do so would spoil the log of everybody here.
  await withDatabase(run, db => db.query(`INSERT INTO audit_alarm (id, kind, severity, origin, place, leaf_index, detail, seen, raised_at, last_seen_at, acknowledge_by, generation, updated_at)
    VALUES ($1, 'ROW_ALTERED', 'CRITICAL', $2, 'leaf/999999999', 999999999, '{"found":"0123456789abcdef"}', 1, now(), now(), now() + interval '1 hour', 1, now())`, [id, `${run.auditOrigin}/provider`]));
  const line = async (lang: Lang): Promise<string> => (await done(as('olivia', lang)('audit', 'alarms', '--kind', 'ROW_ALTERED'))).find(l => l.includes(id)) ?? '';
  expect([await line('fr'), await line('en')].map(l => l.includes('CRITICAL') && l.includes('OPEN') && l.includes('999999999'))).toEqual([true, true]);
  expect((await done(aude('audit', 'alarms'))).join('\n')).not.toContain(id);
  const unknown = await as('olivia', 'fr')('audit', 'alarms', '--kind', 'ROW_ALTRED');
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('« ROW_ALTRED » n’est pas un type connu ici. Types : ')]);
  expect(field(await done(as('olivia', 'fr')('audit', 'alarms', 'acknowledge', id, '--note', 'vue, on compare')), 'state')).toBe('ACKNOWLEDGED');
  expect(await refused(as('pascal', 'en')('audit', 'alarms', 'resolve', id, '--note', 'x'))).toContain('FORBIDDEN');
  expect(field(await done(as('olivia', 'en')('audit', 'alarms', 'resolve', id, '--note', 'a drill')), 'resolution')).toBe('a drill');
}, 120_000);
