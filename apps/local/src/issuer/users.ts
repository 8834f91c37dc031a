/** The two directories: separate issuers, separate keys, separate people. */
export type Realm = 'tenant' | 'provider';

export interface DevelopmentUser {
  readonly username: string;
  readonly name: string;
  /** The organisation's code; only at the tenant directory. */
  readonly organisation?: string;
  readonly roles: readonly string[];
}

/** Fictitious people, the same as in docs/contracts.md. They exist only in the development issuer. */
export const DEVELOPMENT_USERS: Readonly<Record<Realm, readonly DevelopmentUser[]>> = {
  tenant: [
    { username: 'alice', name: 'Alice (fictive)', organisation: 'chu-valence', roles: ['ENGINEER', 'OWNER'] },
    { username: 'aude', name: 'Aude (fictive)', organisation: 'chu-valence', roles: ['AUDITOR'] },
    { username: 'bruno', name: 'Bruno (fictif)', organisation: 'atelier-ia', roles: ['ENGINEER', 'OWNER'] },
    { username: 'basile', name: 'Basile (fictif)', organisation: 'atelier-ia', roles: ['AUDITOR'] },
  ],
  provider: [
    { username: 'colette', name: 'Colette (fictive)', roles: ['COMPLIANCE'] },
    { username: 'cyril', name: 'Cyril (fictif)', roles: ['COMPLIANCE'] },
    { username: 'olivia', name: 'Olivia (fictive)', roles: ['OPERATOR'] },
    { username: 'pascal', name: 'Pascal (fictif)', roles: ['PROVIDER_AUDITOR'] },
  ],
};

/** What a door's access token must be addressed to. */
export const AUDIENCES: Readonly<Record<Realm, string>> = {
  tenant: 'urn:cadastre:tenant',
  provider: 'urn:cadastre:provider',
};

export function findUser(realm: Realm, username: string): DevelopmentUser | undefined {
  return DEVELOPMENT_USERS[realm].find((u) => u.username === username);
}
