import { describe, expect, it } from 'vitest';
import type { AuditId } from '../core/index.ts';
import type { AccessEvent, AccessQuestion } from './model.ts';
import { trailOf } from './trail.ts';

const INSTANCE = 'instance_01h455vb4pex5vsknk084sn02q';
const MARCH: AccessQuestion = { subject: 'pascal', object: INSTANCE, from: '2026-03-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' };
let n = 0;
const on = (day: string): string => `2026-${day}T10:00:00.000Z`;
const event = (type: AccessEvent['type'], at: string, actor: string, over: Partial<AccessEvent> = {}): AccessEvent => ({
  id: `audit_${String(++n)}` as AuditId, type, phase: 'completed', outcome: 'success', at: on(at), actor: { id: actor, directory: 'tenant', roles: ['ENGINEER'] }, target: { kind: 'instance', id: INSTANCE }, ...over,
});
const mandate = (type: AccessEvent['type'], at: string, actor: string, over: object = {}, id = 'mandate_1'): AccessEvent =>
  event(type, at, actor, { target: { kind: 'mandate', id }, numbers: { subject: 'pascal', subjectDirectory: 'provider', legalAct: 'réquisition', proposedBy: 'colette', expiresAt: on('06-01'), objectKind: 'organisation', object: 'organisation_1', ...over } });
const reading = (at: string, id = 'mandate_1'): AccessEvent => event('audit.events.read', at, 'pascal', { phase: 'read', target: { kind: 'audit', id: 'organisation_1' }, consent: { id }, actor: { id: 'pascal', directory: 'provider', roles: ['PROVIDER_AUDITOR'] } });
const key = (type: AccessEvent['type'], at: string, actor: string): AccessEvent =>
  event(type, at, actor, { target: { kind: 'apikey', id: 'apikey_1' }, change: type === 'iam.apikey.create' ? [{ path: 'roles', to: 'ENGINEER' }, { path: 'expiresAt', to: on('12-01') }] : [{ path: 'revokedAt', to: on(at) }] });
const trail = (grants: readonly AccessEvent[], uses: readonly AccessEvent[] = [], question = MARCH) => trailOf(question, { grants, uses, complete: true }).findings;

describe('a mandate', () => {
  const [proposed, approved] = [mandate('audit.mandate.propose', '02-01', 'colette'), mandate('audit.mandate.approve', '02-02', 'cyril')];
  it('that was used says by whom it was given, who approved, on which act, until when and how often', () => {
    const [one, two] = [reading('03-05'), reading('03-04')];
    expect(trail([proposed, approved], [one, two])).toEqual([{
      kind: 'MANDATE', grant: 'mandate_1', allows: ['read'], givenBy: 'colette', givenAt: on('02-01'), approvedBy: 'cyril', approvedAt: on('02-02'), legalAct: 'réquisition', until: on('06-01'),
      uses: { count: 2, first: on('03-04'), last: on('03-05'), sample: [two.id, one.id] }, events: [proposed.id, approved.id],
    }]);
  });
  it.each([
    ['that was never used, and revoked', [proposed, approved, mandate('audit.mandate.revoke', '03-10', 'colette')], { endedHow: 'REVOKED', endedAt: on('03-10'), endedBy: 'colette', uses: { count: 0, sample: [] } }],
    ['that expired', [proposed, approved, mandate('audit.mandate.expire', '03-10', 'controller')], { endedHow: 'EXPIRED', endedBy: 'controller' }],
    ['that nobody approved', [proposed], { givenBy: 'colette' }],
    ['whose proposal is older than what may be read', [approved], { givenBy: 'colette', approvedBy: 'cyril', legalAct: 'réquisition' }],
  ])('%s', (_, grants, expected) => { expect(trail(grants)).toMatchObject([expected]); });
  it.each([
    ['of somebody else', [mandate('audit.mandate.propose', '02-01', 'colette', { subject: 'paula' })]],
    ['over another object', [mandate('audit.mandate.propose', '02-01', 'colette', { objectKind: 'instance', object: 'instance_other' })]],
    ['that ended before', [proposed, mandate('audit.mandate.revoke', '02-20', 'colette')]],
    ['that lapsed before, and whose end nobody wrote down', [mandate('audit.mandate.propose', '02-01', 'colette', { expiresAt: on('02-20') })]],
    ['that was refused', [{ ...proposed, outcome: 'failure' as const }]],
  ])('%s is not there', (_, grants) => { expect(trail(grants)).toEqual([]); });
  it('of a namesake is not there when the directory is named', () => {
    expect(trail([proposed], [], { ...MARCH, directory: 'tenant' })).toEqual([]);
    expect(trail([proposed], [], { ...MARCH, directory: 'provider' })).toHaveLength(1);
  });
  it('over the object alone is there', () => {
    expect(trail([mandate('audit.mandate.propose', '02-01', 'colette', { objectKind: 'instance', object: INSTANCE })])).toHaveLength(1);
  });
});

describe('an API key', () => {
  const question = { ...MARCH, subject: 'alice' };
  const [made, revoked] = [key('iam.apikey.create', '02-10', 'alice'), key('iam.apikey.revoke', '03-20', 'aude')];
  const used = event('compute.instance.release', '03-15', 'apikey_1');
  it('of the person who asks for it, used, then revoked by another', () => {
    expect(trail([made, revoked], [used], question)).toEqual([{
      kind: 'APIKEY', grant: 'apikey_1', allows: ['ENGINEER'], givenBy: 'alice', givenAt: on('02-10'), until: on('12-01'), endedAt: on('03-20'), endedBy: 'aude', endedHow: 'REVOKED',
      uses: { count: 1, first: on('03-15'), last: on('03-15'), sample: [used.id] }, events: [made.id, revoked.id],
    }]);
  });
  it('asked for by its own id, and never used on this object', () => {
    expect(trail([made], [{ ...used, target: { kind: 'instance', id: 'instance_other' } }], { ...MARCH, subject: 'apikey_1' })).toMatchObject([{ grant: 'apikey_1', givenBy: 'alice', uses: { count: 0 } }]);
  });
});

describe('an instance', () => {
  const ordered = event('compute.instance.create', '02-20', 'alice', { numbers: { sshKeys: 2, decision: 'decision_1' }, target: { kind: 'instance', id: INSTANCE, parent: 'project_1' } });
  it('had SSH keys put on it, whose and how used is not known, until it was given back', () => {
    const released = event('compute.instance.release', '03-25', 'alice', { phase: 'requested' });
    expect(trail([ordered, released])).toEqual([{ kind: 'SSH_KEYS', grant: INSTANCE, allows: ['2'], givenBy: 'alice', givenAt: on('02-20'), endedAt: on('03-25'), endedBy: 'alice', endedHow: 'RELEASED', events: [ordered.id, released.id] }]);
  });
  it('was looked into by an operator who read why it was placed', () => {
    const read = event('compute.decision.read', '03-03', 'olivia', { phase: 'read', target: { kind: 'decision', id: 'decision_1' }, actor: { id: 'olivia', directory: 'provider', roles: ['OPERATOR'] } });
    expect(trail([ordered], [read], { ...MARCH, subject: 'olivia' })[1]).toEqual({ kind: 'ROLE', allows: ['OPERATOR'], uses: { count: 1, first: on('03-03'), last: on('03-03'), sample: [read.id] }, events: [] });
  });
});

describe('a trail', () => {
  it('is in the order of giving, counts nothing outside of its period, and says what is not recorded', () => {
    const answer = trailOf(MARCH, { grants: [mandate('audit.mandate.propose', '03-02', 'colette', {}, 'mandate_2'), mandate('audit.mandate.propose', '02-01', 'colette')], uses: [reading('02-27'), reading('04-01')], complete: false });
    expect(answer.findings.map(f => [f.grant, f.uses?.count])).toEqual([['mandate_1', 0], ['mandate_2', 0]]);
    expect(answer).toMatchObject({ complete: false, notRecorded: ['DIRECTORY_ROLES', 'KEY_HOLDERS', 'OUTSIDE_READS', 'INSTANCE_SESSIONS'] });
  });
  it('of an organisation is of all that its log is about; of a project, of what stands in it', () => {
    const act = event('compute.instance.release', '03-03', 'alice', { target: { kind: 'instance', id: 'instance_x', parent: 'project_1' } });
    const counts = (object: string): unknown => trail([], [act], { ...MARCH, subject: 'alice', object })[0]?.uses?.count;
    expect([counts('organisation_1'), counts('project_1'), counts('project_2')]).toEqual([1, 1, undefined]);
  });
});
