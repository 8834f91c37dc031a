export { asRows, asSuperuser, openTestStore, storeDatabase, TEST_PASSWORD } from './database.ts';
export { createItem, inventoryFacts, inventoryItem, machineFact, placementOn } from './orders.ts';
export { actOf, countingIds, seedSite, site } from './site.ts';
export type { Site } from './site.ts';
