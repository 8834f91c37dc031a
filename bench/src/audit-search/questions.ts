import type { AuditFilter, SearchedLog } from '@cadastre/store/audit';
import { instanceId, INSTANCES, TENANTS, traceOf } from './fill.ts';

export interface Question {
  readonly name: string;
  readonly log: SearchedLog;
  /** `n`: how many-th time it is asked, so that it is not always the same object. */
  readonly filter: (n: number) => AuditFilter;
  /** Where the page begins, as a share of the log; absent: at the newest. */
  readonly at?: number;
}

const BIG = { tenantId: TENANTS[0] as never } as const;
const person = (n: number): string => `person-${String(n % 40)}`;
const one = (name: string, filter: AuditFilter | ((n: number) => AuditFilter), more: Partial<Question> = {}): Question => ({ name, log: BIG, filter: typeof filter === 'function' ? filter : () => filter, ...more });
const DAY = { from: '2026-05-20T00:00:00.000Z', to: '2026-05-21T00:00:00.000Z' };
const MONTH = { from: '2026-03-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' };
const COMPUTE = ['compute.instance.state', 'compute.instance.create', 'compute.instance.release', 'compute.plan.create', 'compute.plan.expire'];

/** What an auditor asks, and the worst that can be asked: values that are frequent alone and never together. */
export const QUESTIONS: readonly Question[] = [
  one('newest page', {}), one('page in the middle of the log', {}, { at: 0.5 }), one('past the last page', {}, { at: 0.000_01 }),
  one('actor: half of the log', { actorIds: ['controller'] }), one('actor: half of the log, deep page', { actorIds: ['controller'] }, { at: 0.3 }), one('actor: a person', n => ({ actorIds: [person(n)] })),
  one('actor: 20 events of 10 million', { actorIds: ['rare'] }), one('actor: nobody', { actorIds: ['nobody'] }),
  one('target: an instance', n => ({ targetIds: [instanceId((n * 7_919) % INSTANCES)] })), one('target: in 5 % of all events', { targetIds: [TENANTS[0] ?? ''] }), one('target: nothing', { targetIds: ['instance_none'] }),
  one('type: two fifths of the log', { types: ['compute.instance.state'] }), one('type: one event in a thousand', { types: ['law.violation.open'] }), one('type: none', { types: ['law.violation.end'] }),
  one('area compute. (5 types)', { types: COMPUTE }),
  one('outcome: not success', { outcomes: ['denied', 'failure', 'unknown'] }), one('outcome: none has it', { outcomes: ['unknown'] }), one('denials of a frequent actor', { actorIds: ['controller'], outcomes: ['denied'] }),
  one('frequent actor, outcome none has', { actorIds: ['controller'], outcomes: ['unknown'] }),
  one('reason: two thirds of what did not succeed', { reasons: ['NOT_ENOUGH_CAPACITY'] }), one('reason: that, deep page', { reasons: ['NOT_ENOUGH_CAPACITY'] }, { at: 0.3 }), one('reason: two events of ten million', { reasons: ['RARE_REASON'] }), one('reason: none has it', { reasons: ['NOTHING'] }),
  one('frequent reason, actor it never has', { reasons: ['NOT_ENOUGH_CAPACITY'], actorIds: ['nobody'] }), one('frequent reason, frequent actor, type it never has', { reasons: ['NOT_ENOUGH_CAPACITY'], actorIds: ['controller'], types: ['law.violation.end'] }), one('frequent reason, a month', { reasons: ['NOT_ENOUGH_CAPACITY'], ...MONTH }),
  one('a trace', n => ({ traces: [traceOf(n * 7_919)] })), one('a trace, frequent actor', n => ({ traces: [traceOf(n * 7_919)], actorIds: ['controller'] })), one('a trace: none has it', { traces: ['0'.repeat(32)] }),
  one('frequent actor, rare type', { actorIds: ['controller'], types: ['law.violation.open'] }), one('frequent actor, type it never has', { actorIds: ['controller'], types: ['law.violation.end'] }),
  one('frequent target, actor it never has', { targetIds: [TENANTS[0] ?? ''], actorIds: ['nobody'] }), one('frequent target, type it never has', { targetIds: [TENANTS[0] ?? ''], types: ['law.violation.end'] }),
  one('a day half a year ago', DAY), one('a person in a month', n => ({ actorIds: [person(n)], ...MONTH })), one('three people, an area, a month', { actorIds: ['person-1', 'person-2', 'person-3'], types: COMPUTE, ...MONTH }),
  one('frequent actor, a month, type it never has', { actorIds: ['controller'], types: ['law.violation.end'], ...MONTH }), one('a month before the log', { from: '2024-01-01T00:00:00.000Z', to: '2024-02-01T00:00:00.000Z' }),
  one('provider: newest page', {}, { log: 'provider' }), one('provider: a person', { actorIds: ['provider-3'] }, { log: 'provider' }), one('provider: type that is not there', { types: ['law.violation.end'] }, { log: 'provider' }),
  one('provider: a reason', { reasons: ['NOT_ENOUGH_CAPACITY'] }, { log: 'provider' }), one('provider: a reason that is not there', { reasons: ['NOTHING'] }, { log: 'provider' }), one('provider: a trace', n => ({ traces: [traceOf(n * 31)] }), { log: 'provider' }),
  one('provider: actor that is not there', { actorIds: ['nobody'] }, { log: 'provider' }),
];
