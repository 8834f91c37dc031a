import { describe, expect, it } from 'vitest';
import type { ActContext, AuditFact, Pii } from '@cadastre/domain/audit';
import type { AuditId, OrganisationId } from '@cadastre/domain/core';
import { actOf, countingIds } from '../testing/index.ts';
import { auditRows } from './facts.ts';

const ids = countingIds();
const options = { ids, auditOrigin: 'audit.test' };
const tenant = ids.next('organisation');
const fact: AuditFact = { type: 'compute.instance.create', phase: 'completed', outcome: 'success', tenant, target: { kind: 'instance', id: 'instance_x' } };
const sealed = (text: string) => ({ ct: text, iv: 'i', tag: 't', kid: 'k', kc: 'c' });
const UNAVAILABLE = { unavailable: true };
const rowsOf = (personal: ActContext['personal'], facts: readonly AuditFact[] = [fact, fact]): readonly { readonly id: AuditId; readonly pii: Pii | undefined }[] =>
  auditRows(options, { ...actOf(), ...(personal === undefined ? {} : { personal }) }, facts).map(r => ({ id: r.id, pii: (JSON.parse(r.body) as { pii?: Pii }).pii }));
const sealer = {
  seal: (id: string, log: string, more?: object) => ({ 'actor.name': sealed(`${id} ${log} ${Object.keys(more ?? {}).join()}`) }),
  sealOnly: (id: string, log: string, values: object) => ({ 'act.reason': sealed(`${id} ${log} ${Object.keys(values).join()}`) }),
};

describe('personal values of an act', () => {
  it('are sealed for the first event of the act, under its own id and log, and stand in no other', () => {
    const [first, second] = rowsOf(sealer);
    expect(first?.pii).toEqual({ 'actor.name': sealed(`${first?.id ?? ''} audit.test/t/${tenant} `) });
    expect(second?.pii).toBeUndefined();
  });

  it('with what a person said where it was said', () => {
    const [first, second] = rowsOf(sealer, [{ ...fact, personal: { 'act.reason': 'because' } }, { ...fact, personal: { 'act.reason': 'also' } }]);
    expect(first?.pii).toEqual({ 'actor.name': sealed(`${first?.id ?? ''} audit.test/t/${tenant} act.reason`) });
    expect(second?.pii).toEqual({ 'act.reason': sealed(`${second?.id ?? ''} audit.test/t/${tenant} act.reason`) });
  });

  it('that came sealed give the event the id that they were sealed for', () => {
    const id = ids.next('audit');
    const rows = rowsOf({ id, log: `audit.test/t/${tenant}`, pii: { 'source.address': sealed('x') } });
    expect(rows[0]).toEqual({ id, pii: { 'source.address': sealed('x') } });
    expect(rows[1]?.pii).toBeUndefined();
    expect(rows[1]?.id).not.toBe(id);
  });

  it('are marked, not moved, when the event belongs to another log; what cannot be sealed is marked, never written', () => {
    const id = ids.next('audit');
    const [other] = rowsOf({ id, log: 'audit.test/t/organisation_y', pii: { 'source.address': sealed('x') } });
    expect(other).toMatchObject({ pii: { 'source.address': UNAVAILABLE } });
    expect(other?.id).not.toBe(id);
    expect(rowsOf(undefined, [{ ...fact, personal: { 'act.reason': 'because' } }])[0]?.pii).toEqual({ 'act.reason': UNAVAILABLE });
  });

  it('of no other kind than those of the list can stand in an event', () => {
    expect(() => rowsOf({ id: ids.next('audit'), log: `audit.test/t/${tenant}`, pii: { 'actor.shoe': sealed('42') } as Pii })).toThrow('actor.shoe');
  });

  it('are absent where there are none', () => {
    expect(rowsOf({ seal: () => ({}), sealOnly: () => ({}) })[0]?.pii).toBeUndefined();
    expect(rowsOf(undefined, [{ ...fact, tenant: 'organisation_z' as OrganisationId }])[0]?.pii).toBeUndefined();
  });
});
