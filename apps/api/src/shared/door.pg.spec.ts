import { openTestStore, storeDatabase } from '@cadastre/store/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDoor, type TestDoor } from '../testing/door.ts';

const db = storeDatabase();
let door: TestDoor;
beforeAll(async () => { door = await startDoor('provider', db); });
afterAll(async () => { await door.stop(); });

describe('a door', () => {
  test('answers', async () => {
    const a = await door.ask('{ viewer { id directory roles } }', { token: await door.token('olivia') });
    console.log(a.status, a.text);
    expect(openTestStore).toBeTruthy();
  });
});
