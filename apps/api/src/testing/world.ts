import type { TestDatabase } from '@cadastre/testing/database';
import { startDoor, type DoorOptions, type TestDoor } from './door.ts';

/** Both doors over one database, each with a directory of its own. */
export interface World {
  readonly tenant: TestDoor;
  readonly provider: TestDoor;
  close(): Promise<void>;
}

export const openWorld = async (db: TestDatabase, options: DoorOptions = {}): Promise<World> => {
  const [tenant, provider] = [await startDoor('tenant', db, options), await startDoor('provider', db, options)];
  return { tenant, provider, close: async () => void (await Promise.all([tenant.stop(), provider.stop()])) };
};
