import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseProgramme } from './file.ts';

const faultsOf = (text: string, lang: 'fr' | 'en' = 'en'): readonly string[] => {
  const parsed = parseProgramme(text, lang);
  return 'faults' in parsed ? parsed.faults : [];
};

describe('a programme file is refused with the line and the remedy', () => {
  test.each([
    ['a misspelt field names the nearest one first', 'programme: x\norganisation: []\n', '2: unknown field "organisation"; possible fields: organisations, '],
    ['a missing field is called missing, at its object', 'programme: x\norganisations:\n  - code: a\n    name: A\n', '3: organisations.0: field "class" is missing'],
    ['an unknown enum value lists the known ones', 'programme: x\norganisations:\n  - {code: a, name: A, class: CITY}\n', '3: organisations.0.class: Invalid option: expected one of "PUBLIC_BODY"|"RESEARCH"|"PRIVATE"|"CONSORTIUM"'],
    ['a text where watts are wanted', 'programme: x\nregions:\n  - {code: a, nameFr: A, nameEn: A, country: 7, jurisdiction: EU-FR, operatorName: S}\n', '3: regions.0.country: Invalid input: expected string, received number'],
    ['the same key twice', 'programme: x\nprogramme: y\n', 'Map keys must be unique at line 2, column 1:'],
    ['an alias, which could expand without bound', 'programme: x\norganisations: &a []\nshapes: *a\n', 'Alias resolution is disabled'],
  ])('%s', (_reason, text, expected) => {
    expect(faultsOf(text)[0]).toContain(expected);
  });

  test('all faults at once, in the order of the file, in French', () => {
    expect(faultsOf('programme: x\nshapez: []\norganisations:\n  - {nom: A}\n', 'fr')).toEqual([
      expect.stringMatching(/^2: champ inconnu « shapez » ; champs possibles : shapes, /),
      '4: organisations.0: champ « code » manquant',
      '4: organisations.0: champ « name » manquant',
      '4: organisations.0: champ « class » manquant',
      expect.stringMatching(/^4: organisations\.0: champ inconnu « nom »/),
    ]);
  });
});

const VALENCE = readFileSync(new URL('../../../../examples/programmes/valence.yaml', import.meta.url), 'utf8');
test.each([
  ['a field of a power node', 'deratingPct: 10,', 'derating: 10,', 'powerNodes.3: unknown field "derating"; possible fields: deratingPct, '],
  ['a kind of power node', 'kind: TRANSFORMER', 'kind: TRAFO', 'powerNodes.1.kind: Invalid option: expected one of "GRID_CONNECTION"|"TRANSFORMER"'],
  ['a state of a phase', 'state: NEGOTIATING', 'state: DREAMT', 'phases.3.state: Invalid option: expected one of "NEGOTIATING"'],
  ['a field of a datacenter', 'feedLossTolerated: true', 'feedLossTolerate: true', 'datacenters.0: unknown field "feedLossTolerate"; possible fields: feedLossTolerated, '],
])('the example with a slip in %s', (_reason, right, wrong, expected) => {
  expect(faultsOf(VALENCE.replace(right, wrong))[0]).toContain(expected);
});

test('the example of Valence has the form of a programme, and says what is assumed', () => {
  const parsed = parseProgramme(VALENCE, 'en');
  const programme = 'programme' in parsed ? parsed.programme : undefined;
  expect(programme?.regions[0]?.datacenters[0]?.assumed).toContain('pueMilli');
  expect(programme?.shapes.every(s => s.assumed?.includes('idleW') === true)).toBe(true);
});
