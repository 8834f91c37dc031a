import { readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { DECISION, decisionText } from './explain.ts';

const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/gu, ' ');
const refused = {
  id: 'decision_1', outcome: 'REFUSED', createdAt: '2026-11-24T10:00:00.000Z', engineVersion: '2', policyVersion: '1', forEver: false,
  request: { shape: 'h200-8', orShapes: ['b200-8'], count: 8, at: '2026-11-24T10:00:00.000Z', leaseEnd: '2026-12-24T10:00:00.000Z', legalScope: { jurisdictions: ['EU-FR'], certifications: ['HDS'], dataClass: 'HEALTH' }, topology: { level: 'ROW', required: true } },
  reasons: [{ reason: 'RACK_POWER', message: 'chaque instance demande 8 000 W', numbers: [{ name: 'askedW', value: 8_000 }] }, { reason: 'HEALTH', message: '1 machine est en panne', numbers: [{ name: 'failedMachines', value: 1 }] }],
  groups: [{ datacenter: 'valence-1', shape: 'h200-8', machines: 12, free: 7, reasons: [{ reason: 'HEALTH', candidates: 1 }] }], placements: [],
  counterfactuals: [{ sentence: 'demandez-en 5' }, { sentence: 'prenez la forme b200-8' }],
};

describe('a decision as a person reads it', () => {
  test('a refusal: reasons in order with their numbers, what was looked at, what would do instead', () => {
    expect(plain(decisionText(refused, 'fr'))).toBe(`decision_1  REFUSED  2026-11-24T10:00:00.000Z  (moteur 2, règles 1)
Demande : 8 × h200-8 ou b200-8, du 2026-11-24T10:00:00.000Z au 2026-12-24T10:00:00.000Z, ROW, EU-FR, HDS, HEALTH
Raisons, dans l’ordre
  1. RACK_POWER — chaque instance demande 8 000 W
     askedW 8 000
  2. HEALTH — 1 machine est en panne
     failedMachines 1
Ce qui a été regardé
  valence-1 h200-8: 12 machines, 7 libres — HEALTH (1)
Aurait été accepté, du plus petit changement au plus grand
  → demandez-en 5
  → prenez la forme b200-8
`);
  });

  test('what is impossible says so', () => {
    expect(decisionText({ ...refused, forEver: true, counterfactuals: [] }, 'en')).toMatch(/\nWaiting changes nothing\.\n$/);
  });

  test('a placement: where, and for the operator on what and by which score', () => {
    const placed = { ...refused, outcome: 'PLACED', reasons: [], counterfactuals: [], groups: [], ledgerIndex: 77, placements: [{ datacenter: 'valence-1', shape: 'h200-8', gpus: 8, milliGpu: null, watts: 8_000, rackId: 'rack_1', machineId: 'machine_1', score: [{ name: 'fragmentation', value: 3 }, { name: 'rackRoom', value: 4 }] }] };
    const text = decisionText(placed, 'en');
    expect(text).toContain('ledger 77');
    expect(text).toContain('\nPlaced\n  valence-1  h200-8  8 GPU  8000 W  rack_1  machine_1  fragmentation 3, rackRoom 4\n');
    expect(text).not.toContain('Reasons');
  });
});

test.each(['tenant', 'provider'] as const)('what the command asks for is in the %s\'s schema', door => {
  const schema = buildSchema(readFileSync(new URL(`../../../api/${door}.graphql`, import.meta.url), 'utf8'));
  expect(validate(schema, parse(`query ($id: ID!) { decision(id: $id) { ${DECISION[door]} } }`))).toEqual([]);
});
