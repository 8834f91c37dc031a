import type { AuditType } from '../audit/model.ts';
import type { Instant } from '../core/index.ts';
import type { AccessEvent, AccessFinding, AccessQuestion, AccessSeen, AccessTrail, AccessUses } from './model.ts';

/** Types that give or end a reading of the log. Each names its subject in the event only, so that all of a tenant's are looked through: they are few. */
export const MANDATING: readonly AuditType[] = ['audit.mandate.propose', 'audit.mandate.approve', 'audit.mandate.revoke', 'audit.mandate.expire'];
export const KEY_MAKING: readonly AuditType[] = ['iam.apikey.create'];
export const KEY_ENDING: readonly AuditType[] = ['iam.apikey.revoke'];
/** Types that put somebody's SSH keys on an instance, and take the instance away. */
export const INSTALLING: readonly AuditType[] = ['compute.instance.create', 'compute.instance.release'];
/** Readings of the log itself: a use of a mandate, whatever the object. */
export const READING: readonly AuditType[] = ['audit.events.read', 'audit.events.export', 'audit.export.create', 'audit.export.download'];
const SAMPLE = 5;

/** The keys that act for the subject: itself when it is one, and those it made. */
export const keysOf = ({ subject, directory }: AccessQuestion, grants: readonly AccessEvent[]): readonly string[] =>
  grants.filter(e => e.type === 'iam.apikey.create' && e.outcome === 'success' && (e.target.id === subject || (e.actor.id === subject && (directory === undefined || e.actor.directory === directory)))).map(e => e.target.id);

/** Ids under which the object stands in events: its own, and the decisions that placed it, which the provider's people may read. */
export const namesOf = ({ object }: AccessQuestion, grants: readonly AccessEvent[]): readonly string[] =>
  [object, ...grants.flatMap(e => (e.type === 'compute.instance.create' && e.target.id === object && typeof e.numbers?.['decision'] === 'string' ? [e.numbers['decision']] : []))];

/** Who gave the subject access to the object, who approved, until when, how it ended, and whether it was used. */
export const trailOf = (question: AccessQuestion, seen: AccessSeen): AccessTrail => {
  const grants = seen.grants.filter(e => e.outcome === 'success');
  const onObject = aboutObject(question, grants);
  const uses = seen.uses.filter(e => e.at >= question.from && e.at < question.to);
  const granted = [...mandates(question, grants, uses), ...keys(question, grants, uses.filter(onObject)), ...installed(question, grants)]
    .filter(f => (f.givenAt ?? '') < question.to && (f.endedAt ?? f.until ?? question.to) > question.from)
    .sort((a, b) => ((a.givenAt ?? '') < (b.givenAt ?? '') ? -1 : 1));
  const byRole = byRoleAlone(question, uses.filter(e => onObject(e) && e.consent === undefined));
  return {
    findings: byRole === undefined ? granted : [...granted, byRole], complete: seen.complete,
    notRecorded: ['DIRECTORY_ROLES', 'KEY_HOLDERS', 'OUTSIDE_READS', ...(question.object.startsWith('instance_') ? ['INSTANCE_SESSIONS' as const] : [])],
  };
};

const aboutObject = (question: AccessQuestion, grants: readonly AccessEvent[]) => {
  const names = namesOf(question, grants);
  // The organisation is all that its log is about.
  return (e: AccessEvent): boolean => question.object.startsWith('organisation_') || names.includes(e.target.id) || e.target.parent === question.object;
};

const isSubject = ({ subject, directory }: AccessQuestion, id: unknown, where: unknown): boolean => id === subject && (directory === undefined || where === directory);
const word = (e: AccessEvent | undefined, name: string): string | undefined => {
  const value = e?.numbers?.[name];
  return typeof value === 'string' ? value : undefined;
};
const ended = (e: AccessEvent | undefined, endedHow: NonNullable<AccessFinding['endedHow']>) => (e === undefined ? {} : { endedAt: e.at, endedBy: e.actor.id, endedHow });
const defined = <T extends object>(o: T): T => Object.fromEntries(Object.entries(o).filter(([, v]) => v !== undefined)) as T;

/** Each event of a mandate repeats whom, what and on which act: one of them is enough to know, also when the proposal is older than what may be read. */
const mandates = (question: AccessQuestion, grants: readonly AccessEvent[], uses: readonly AccessEvent[]): readonly AccessFinding[] =>
  [...Map.groupBy(grants.filter(e => e.type.startsWith('audit.mandate.')), e => e.target.id)].flatMap(([id, events]): readonly AccessFinding[] => {
    const [any] = events;
    if (any === undefined || !isSubject(question, any.numbers?.['subject'], any.numbers?.['subjectDirectory'])) return [];
    if (word(any, 'objectKind') !== 'organisation' && word(any, 'object') !== question.object) return [];
    const of = (type: AuditType) => events.find(e => e.type === type);
    const [proposed, approved, revoked, expired] = [of('audit.mandate.propose'), of('audit.mandate.approve'), of('audit.mandate.revoke'), of('audit.mandate.expire')];
    return [{
      kind: 'MANDATE', grant: id, allows: ['read'], ...ended(expired, 'EXPIRED'), ...ended(revoked, 'REVOKED'), events: events.map(e => e.id), uses: usesOf(uses.filter(e => e.consent?.id === id && e.phase !== 'denied')),
      ...defined({ givenBy: word(any, 'proposedBy'), givenAt: proposed?.at ?? any.at, approvedBy: approved?.actor.id, approvedAt: approved?.at, legalAct: word(any, 'legalAct'), until: word(any, 'expiresAt') }),
    } as AccessFinding];
  });

const keys = (question: AccessQuestion, grants: readonly AccessEvent[], uses: readonly AccessEvent[]): readonly AccessFinding[] =>
  keysOf(question, grants).flatMap((id): readonly AccessFinding[] => {
    const [made, revoked] = [grants.find(e => e.type === 'iam.apikey.create' && e.target.id === id), grants.find(e => e.type === 'iam.apikey.revoke' && e.target.id === id)];
    if (made === undefined) return [];
    const to = (path: string): string => String(made.change?.find(c => c.path === path)?.to ?? '');
    return [{
      kind: 'APIKEY', grant: id, allows: to('roles').split(',').filter(r => r !== ''), givenBy: made.actor.id, givenAt: made.at, ...ended(revoked, 'REVOKED'),
      ...(to('expiresAt') === '' ? {} : { until: to('expiresAt') }), uses: usesOf(uses.filter(e => e.actor.id === id)), events: [made, ...(revoked === undefined ? [] : [revoked])].map(e => e.id),
    }];
  });

/** Whose keys an order put on the instance, its event does not say: everybody's who asks about it. What a session did there, nothing here can say. */
const installed = ({ object }: AccessQuestion, grants: readonly AccessEvent[]): readonly AccessFinding[] =>
  grants.filter(e => e.type === 'compute.instance.create' && e.target.id === object).map((e): AccessFinding => {
    const released = grants.find(r => r.type === 'compute.instance.release' && r.target.id === object && r.phase === 'requested') ?? grants.find(r => r.type === 'compute.instance.release' && r.target.id === object);
    const count = e.numbers?.['sshKeys'];
    return { kind: 'SSH_KEYS', grant: object, allows: count === undefined ? [] : [String(count)], givenBy: e.actor.id, givenAt: e.at, ...ended(released, 'RELEASED'), events: [e, ...(released === undefined ? [] : [released])].map(x => x.id) };
  });

const byRoleAlone = (question: AccessQuestion, uses: readonly AccessEvent[]): AccessFinding | undefined => {
  const own = uses.filter(e => isSubject(question, e.actor.id, e.actor.directory) && !question.subject.startsWith('apikey_'));
  return own.length === 0 ? undefined : { kind: 'ROLE', allows: [...new Set(own.flatMap(e => e.actor.roles))].sort(), uses: usesOf(own), events: [] };
};

const usesOf = (uses: readonly AccessEvent[]): AccessUses => {
  const inOrder = [...uses].sort((a, b) => (a.at < b.at ? -1 : 1));
  const at = (e: AccessEvent | undefined): Instant | undefined => e?.at;
  const [first, last] = [at(inOrder[0]), at(inOrder.at(-1))];
  return { count: uses.length, ...(first === undefined ? {} : { first }), ...(last === undefined ? {} : { last }), sample: inOrder.slice(0, SAMPLE).map(e => e.id) };
};
