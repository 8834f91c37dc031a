import { describe, expect, it } from 'vitest';
import { operator } from '../testing/operator.ts';

const door = operator();
const region = { code: 'fr-valence', nameFr: 'Valence', nameEn: 'Valence', country: 'FR', jurisdiction: 'EU-FR', operatorName: 'Opérateur' };
const selection = '... on RegionAccepted { region { id code nameFr generation capitalChain } receipt { auditEventId } }';

describe('a region at the provider door', () => {
  it('is declared, listed, found and changed', async () => {
    const made = await door.mutate('createRegion', region, selection);
    expect(made).toMatchObject({ __typename: 'RegionAccepted', region: { code: 'fr-valence', generation: 1, capitalChain: [] } });
    const { id } = made['region'] as { readonly id: string };
    expect(await door.ask('{ regions { totalCount edges { node { id } } } }')).toEqual({ regions: { totalCount: 1, edges: [{ node: { id } }] } });
    expect(await door.ask('query($id: ID!) { node(id: $id) { __typename id } region(id: $id) { createdAt } }', { id })).toMatchObject({ node: { __typename: 'Region', id } });
    expect(await door.mutate('updateRegion', { id, generation: 1, nameFr: 'Valence (Drôme)' }, selection)).toMatchObject({ region: { nameFr: 'Valence (Drôme)', generation: 2 } });
  });
});
