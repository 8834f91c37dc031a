import { readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { parseForm } from '../shared/form.ts';
import { SELECTION } from './compare.ts';
import { question } from './file.ts';

const example = readFileSync(new URL('../../../../examples/programmes/occitanie.workload.yaml', import.meta.url), 'utf8');
const faultsOf = (text: string): readonly string[] => {
  const parsed = parseForm(question, text, 'en');
  return 'faults' in parsed ? parsed.faults : [];
};

test('the question of Occitanie has the form, and its weights the published order: staff, then connectivity', () => {
  expect(faultsOf(example)).toEqual([]);
  const parsed = parseForm(question, example, 'en');
  const weights = 'value' in parsed ? Object.entries(parsed.value.weights).sort(([, a], [, b]) => b - a).map(([k]) => k) : [];
  expect(weights.slice(0, 2)).toEqual(['staff', 'connectivity']);
});

describe('a question is refused with the line and the remedy', () => {
  test.each([
    ['a misspelt criterion', example.replace('staff: 35', 'staf: 35'), 'weights: unknown field "staf"; possible fields: staff, '],
    ['a criterion without a weight', example.replace(' staff: 35,', ''), 'weights: field "staff" is missing'],
    ['a class that is none', example.replace('tenantClass: CONSORTIUM', 'tenantClass: CITY'), 'workload.tenantClass: Invalid option'],
  ])('%s', (_reason, text, expected) => { expect(faultsOf(text).join('\n')).toContain(expected); });
});

test('what the command asks for is in the provider\'s schema', () => {
  const schema = buildSchema(readFileSync(new URL('../../../api/provider.graphql', import.meta.url), 'utf8'));
  expect(validate(schema, parse(`query ($input: CompareSitesInput!) { compareSites(input: $input) { ... on SiteComparison { ${SELECTION} } } }`))).toEqual([]);
});
