import { describe, expect, it } from 'vitest';
import { partsOf, subjectOf } from './index.ts';

describe('subjects', () => {
  it.each<[Parameters<typeof subjectOf>[0], string]>([
    [{ region: 'fr-valence', noun: 'instance', verb: 'created' }, 'cad.v1.fr-valence.instance.created'],
    [{ noun: 'organisation', verb: 'created' }, 'cad.v1._.organisation.created'],
    [{ region: null, noun: 'organisation', verb: 'created' }, 'cad.v1._.organisation.created'],
  ])('of %j is %s, and back', (of, subject) => {
    expect(subjectOf(of)).toBe(subject);
    expect(partsOf(subject)).toEqual({ ...of, region: of.region ?? '_' });
  });

  it.each(['*', '>', 'a.b', 'a b', '', 'é'])('never take %j as a part', part => {
    expect(() => subjectOf({ region: 'x', noun: part, verb: 'created' })).toThrow('cannot be a part of a subject');
  });

  it.each(['cad.v1.fr.allocate', 'cad.v1.cluster.probe', 'cad.v2.a.b.c', 'cad.v1.a.b.c.d'])('%s is no event', subject => {
    expect(partsOf(subject)).toBeUndefined();
  });
});
