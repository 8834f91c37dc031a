import { readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { SELECTION } from '../offers/offers.ts';
import { parseForm } from '../shared/form.ts';
import { REFUSALS } from '../shared/wish.ts';
import { orderFile } from './file.ts';
import { PLAN, planText } from './plan.ts';

const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/gu, ' ');
const instance = { shape: 'h200-8', datacenter: 'valence-1', gpus: 8, milliGpu: null, watts: 8_000 };
const plan = {
  id: 'plan_1', state: 'HELD', expiresAt: '2026-11-24T10:15:00.000Z', pricePerHourMinor: 4_000, currency: 'EUR', watts: 18_000, gramsCo2ePerHour: 900, carbonMethod: 'by the book', carbonUncertaintyPct: 30,
  quota: [{ quota: 'lab', dimension: 'GPU', nominal: 32, used: 8, asked: 16, after: 24 }], instances: [instance, instance, { ...instance, gpus: 0, milliGpu: 125, watts: 125 }], diagnostics: [{ message: 'attention' }],
};

test('a plan as a person reads it: what, for how much, until when, and how to order it', () => {
  expect(plain(planText(plan, 'fr'))).toBe(`plan_1  HELD  tenu jusqu’au 2026-11-24T10:15:00.000Z
  2 × h200-8 @ valence-1: 8 GPU, 8 000 W
  1 × h200-8 @ valence-1: 125 mGPU, 125 W
  40,00 €/h · 18 000 W · ~ 900 gCO2e/h ± 30 % (by the book)
  quota lab, GPU : 8 + 16 = 24 sur 32
  ! attention
→ cadastre instance create --plan plan_1 --name … --image … --ssh-key …
`);
});

test('what is not known is left out', () => {
  expect(plain(planText({ ...plan, pricePerHourMinor: null, gramsCo2ePerHour: null, quota: [], diagnostics: [] }, 'en'))).toContain('\n  18,000 W\n→');
});

describe('an order that is written down', () => {
  const faults = (text: string): string => {
    const parsed = parseForm(orderFile, text, 'en');
    return 'faults' in parsed ? parsed.faults.join('\n') : 'ok';
  };
  test.each([
    ['whole', 'project: demo\nshape: h200-8\ncount: 4\nlease: 7d\nlegalScope: {certifications: [HDS]}\ntopology: {level: ROW, required: false}', 'ok'],
    ['with a misspelt field', 'shap: h200-8', '1: unknown field "shap"; possible fields: shape, '],
    ['with a level that is none', 'topology: {level: ROOM}', '1: topology.level: '],
  ])('%s', (_, text, is) => { expect(faults(text)).toContain(is); });
});

test('what the commands ask for is in the tenant\'s schema', () => {
  const schema = buildSchema(readFileSync(new URL('../../../api/tenant.graphql', import.meta.url), 'utf8'));
  const documents = [
    `mutation ($input: PlanGpuInstancesInput!) { planGpuInstances(input: $input) { ... on PlanAccepted { plan { ${PLAN} } } ${REFUSALS} } }`,
    `mutation ($input: CreateGpuInstancesInput!) { createGpuInstances(input: $input) { ${REFUSALS} } }`,
    `query ($legalScope: LegalScopeInput, $until: DateTime) { offers(legalScope: $legalScope, until: $until) { ${SELECTION} } }`,
  ];
  for (const document of documents) expect(validate(schema, parse(document))).toEqual([]);
});
