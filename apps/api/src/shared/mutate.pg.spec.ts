import { createIds } from '@cadastre/platform/ids';
import type { Store } from '@cadastre/store/pool';
import { asSuperuser, openTestStore, seedSite, site, storeDatabase } from '@cadastre/store/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDoor, type Answer, type TestDoor } from '../testing/door.ts';

const db = storeDatabase();
const s = site(createIds(), { racks: 1, machinesPerRack: 1 });
const tenantId = s.tenants[0]!.id;
let door: TestDoor;
let store: Store;
let token: string;

beforeAll(async () => {
  store = openTestStore(db, 'tenant');
  const provider = openTestStore(db, 'provider');
  await seedSite(provider, store, s);
  await provider.close();
  door = await startDoor('tenant', db);
  token = await door.token('alice', { organisation: s.tenants[0]?.code });
});
afterAll(async () => {
  await door.stop();
  await store.close();
});

const CREATE = 'mutation ($input: CreateProjectInput!) { createProject(input: $input) { __typename ... on ProjectAccepted { project { id code name } receipt { auditEventId } } ... on Problem { code message path retryable } ... on ValidationFailed { faults { code path } } } }';
const UPDATE = 'mutation ($input: UpdateProjectInput!) { updateProject(input: $input) { __typename ... on ProjectAccepted { project { id name generation } receipt { auditEventId } } ... on Problem { code message path } } }';
type Result = Readonly<Record<string, unknown>> & { readonly __typename: string; readonly code?: string; readonly project?: { readonly id: string }; readonly receipt?: { readonly auditEventId: string } };
const asked = (document: string, input: object, as = token): Promise<Answer> => door.ask(document, { token: as, variables: { input } });
const create = async (input: object, as = token): Promise<Result> => (await asked(CREATE, input, as)).data['createProject'] as Result;
const project = (code: string, more: object = {}) => ({ idempotencyKey: `key-${code}`, code, name: code, ...more });

interface Row { readonly id: string; readonly type: string; readonly outcome: string; readonly reason: string | null; readonly target: string }
const events = (): Promise<readonly Row[]> => store.read({ tenant: tenantId }, q => q.rows<Row>({ text: "SELECT id, type, outcome, convert_from(body, 'UTF8')::jsonb->>'reason' AS reason, target_id AS target FROM audit_event WHERE type <> 'iam.login.accepted' ORDER BY txid, seq" }));
const since = async <T>(f: () => Promise<T>): Promise<readonly [T, readonly Omit<Row, 'id' | 'target'>[]]> => {
  const before = (await events()).length;
  const result = await f();
  return [result, (await events()).slice(before).map(({ type, outcome, reason }) => ({ type, outcome, reason }))];
};

describe('the same key', () => {
  it('sent 50 times at once: one project, one answer, one event', async () => {
    const [answers, told] = await since(() => Promise.all(Array.from({ length: 50 }, () => create(project('twins')))));
    expect(new Set(answers.map(a => JSON.stringify(a))).size).toBe(1);
    expect(answers[0]).toMatchObject({ __typename: 'ProjectAccepted', project: { code: 'twins' } });
    expect(told).toEqual([{ type: 'tenancy.project.create', outcome: 'success', reason: null }]);
    expect((await events()).find(e => e.id === answers[0]?.receipt?.auditEventId)?.target).toBe(answers[0]?.project?.id);
  });

  it('sent again later gives the first answer, though the project is in the way by now', async () => {
    const first = await create(project('again'));
    const [second, told] = await since(() => create(project('again')));
    expect(second).toEqual(first);
    expect(told).toEqual([]);
  });

  it('with defaults written out is the same input', async () => {
    expect(await create(project('defaults', { stage: 'TRIAL' }))).toEqual(await create(project('defaults')));
  });

  it('with another input is a conflict, in each order of arrival, and is an event', async () => {
    await create(project('body'));
    const [answer, told] = await since(() => create(project('body', { name: 'another' })));
    expect(answer).toMatchObject({ __typename: 'IdempotencyConflict', code: 'IDEMPOTENCY_CONFLICT', path: ['idempotencyKey'], retryable: false });
    expect(told).toEqual([{ type: 'tenancy.project.create', outcome: 'failure', reason: 'IDEMPOTENCY_CONFLICT' }]);
    const both = await Promise.all(['one', 'two'].map(name => create(project('race', { name }))));
    expect(both.map(a => a.__typename).sort()).toEqual(['IdempotencyConflict', 'ProjectAccepted']);
  });

  it('for another mutation is a conflict', async () => {
    const made = await create(project('other-act'));
    const a = await asked(UPDATE, { idempotencyKey: 'key-other-act', id: made.project?.id, generation: 1, name: 'x' });
    expect(a.data).toMatchObject({ updateProject: { code: 'IDEMPOTENCY_CONFLICT' } });
  });

  it('of another organisation is another key', async () => {
    const bruno = await door.token('bruno', { organisation: s.tenants[1]?.code });
    const [mine, theirs] = [await create(project('shared')), await create(project('shared'), bruno)];
    expect([mine.__typename, theirs.__typename]).toEqual(['ProjectAccepted', 'ProjectAccepted']);
    expect(mine.project?.id).not.toBe(theirs.project?.id);
  });

  it('is not shown to who lost the right meanwhile', async () => {
    await create(project('right'));
    expect(await create(project('right'), await door.token('vera', { organisation: s.tenants[0]?.code }))).toMatchObject({ __typename: 'Forbidden' });
  });
});

describe('a key that cannot be one', () => {
  it.each([['', 'REQUIRED'], ['   ', 'REQUIRED'], ['x'.repeat(201), 'TOO_LONG'], ['a\0b', 'BAD_FORMAT'], ['a\nb', 'BAD_FORMAT'], ['\ud800', 'BAD_FORMAT']])('%j is refused as %s, and the attempt is an event', async (idempotencyKey, code) => {
    const [answer, told] = await since(() => create({ ...project('no-key'), idempotencyKey }));
    expect(answer).toMatchObject({ __typename: 'ValidationFailed', code, path: ['idempotencyKey'] });
    expect(told).toEqual([{ type: 'tenancy.project.create', outcome: 'failure', reason: code }]);
  });
  it('of 200 characters can', async () => {
    expect(await create({ ...project('long-key'), idempotencyKey: 'x'.repeat(200) })).toMatchObject({ __typename: 'ProjectAccepted' });
  });
});

describe('every attempt leaves one event', () => {
  it('a wrong input, with its first fault', async () => {
    const [answer, told] = await since(() => create({ ...project('long'), code: 'x'.repeat(500) }));
    expect(answer).toMatchObject({ __typename: 'ValidationFailed', code: 'BAD_FORMAT', path: ['code'] });
    expect(told).toEqual([{ type: 'tenancy.project.create', outcome: 'failure', reason: 'BAD_FORMAT' }]);
    expect((await events()).at(-1)?.target.length).toBe(80);
  });
  it('text that no database column holds', async () => {
    const [answer, told] = await since(() => create({ ...project('n'), idempotencyKey: 'nul', code: 'a\0b', name: '\0' }));
    expect(answer).toMatchObject({ __typename: 'ValidationFailed', faults: [{ code: 'BAD_FORMAT', path: ['code'] }, { code: 'BAD_FORMAT', path: ['name'] }] });
    expect(told).toEqual([{ type: 'tenancy.project.create', outcome: 'failure', reason: 'BAD_FORMAT' }]);
  });
  it('a role that is missing', async () => {
    const [answer, told] = await since(async () => create(project('role'), await door.token('aude', { organisation: s.tenants[0]?.code })));
    expect(answer).toMatchObject({ __typename: 'Forbidden', code: 'FORBIDDEN', message: expect.stringContaining('AUDITOR') as string });
    expect(told).toEqual([{ type: 'iam.access.denied', outcome: 'denied', reason: 'FORBIDDEN' }]);
  });
  it.each([
    ['a field that does not exist', 'mutation { createProject(input: {idempotencyKey: "a", code: "b", name: "c", surprise: 1}) { __typename } }', {}],
    ['no document', 'mutation { createProject(', {}],
    ['variables of the wrong type', CREATE, { input: { idempotencyKey: 'a', code: 5, name: 'c' } }],
    ['too many aliases', `mutation { ${Array.from({ length: 30 }, (_, i) => `m${String(i)}: createProject(input: {idempotencyKey: "${String(i)}", code: "c", name: "c"}) { __typename }`).join(' ')} }`, {}],
  ])('%s, three times the same', async (_case, query, variables) => {
    for (let i = 0; i < 3; i += 1) {
      const [a, told] = await since(() => door.ask(query, { token, variables, headers: { accept: 'application/graphql-response+json' } }));
      expect(a.status).toBe(400);
      expect(told).toEqual([{ type: 'request.invalid', outcome: 'failure', reason: 'BAD_REQUEST' }]);
    }
  });
  it('a bug of ours: outcome unknown, and nothing is said of it to the caller', async () => {
    await asSuperuser(db, 'ALTER TABLE project RENAME TO elsewhere');
    try {
      const [a, told] = await since(() => asked(CREATE, project('broken')));
      expect(a).toMatchObject({ status: 500, errors: [{ extensions: { code: 'INTERNAL' } }] });
      expect(told).toEqual([{ type: 'tenancy.project.create', outcome: 'unknown', reason: 'INTERNAL' }]);
    } finally {
      await asSuperuser(db, 'ALTER TABLE elsewhere RENAME TO project');
    }
  });
});

describe('who comes second', () => {
  it('with the same name at the same moment is told that it exists, not that something broke', async () => {
    const both = await Promise.all(['k1', 'k2', 'k3', 'k4'].map(idempotencyKey => create({ ...project('name-race'), idempotencyKey })));
    expect(both.map(a => a.code ?? a.__typename).sort()).toEqual(['ALREADY_EXISTS', 'ALREADY_EXISTS', 'ALREADY_EXISTS', 'ProjectAccepted']);
    for (const a of both) if (a.code !== undefined) expect(a['message']).toBe('Il existe déjà un objet (project) dont code est « name-race ».');
  });
  it('with an old generation is told both numbers', async () => {
    const made = await create(project('stale'));
    const both = await Promise.all(['a', 'b'].map(async name => (await asked(UPDATE, { idempotencyKey: `stale-${name}`, id: made.project?.id, generation: 1, name })).data['updateProject'] as Result));
    expect(both.map(a => a.__typename).sort()).toEqual(['Conflict', 'ProjectAccepted']);
    expect(both.find(a => a.code !== undefined)).toMatchObject({ code: 'STALE_GENERATION', message: expect.stringMatching(/génération 1, il en est à 2/) as string });
  });
});
