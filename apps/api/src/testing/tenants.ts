import { randomBytes } from 'node:crypto';
import type { Role } from '@cadastre/domain/core';
import { countingIds, openTestStore, seedSite, site, type Site } from '@cadastre/store/testing';
import type { TestDatabase } from '@cadastre/testing/database';
import type { World } from './world.ts';

/** A declared site with two tenants, each with one project. Its region's code is its own, because all specs share one NATS. */
export const seedTenants = async (db: TestDatabase, options: Parameters<typeof site>[1] = {}): Promise<Site> => {
  const made: Site = { ...site(countingIds(), options), regionCode: `r-${randomBytes(4).toString('hex')}` };
  const [provider, tenant] = [openTestStore(db, 'provider'), openTestStore(db, 'tenant')];
  await seedSite(provider, tenant, made);
  await Promise.all([provider.close(), tenant.close()]);
  return made;
};

/** A person of a tenant's directory; `n` is the tenant's place in the site. */
export const tenantToken = (world: World, s: Site, n: number, roles: readonly Role[], sub = `person-${String(n)}`): Promise<string> => {
  const tenant = s.tenants[n];
  if (tenant === undefined) throw new Error(`the site has no tenant ${String(n)}`);
  return world.tenant.issuer.token({ sub, roles, organisation: tenant.code });
};

export const providerToken = (world: World, roles: readonly Role[], sub = 'olivia'): Promise<string> => world.provider.issuer.token({ sub, roles });

/** A real public key of nobody. */
export const SSH_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl nobody';
