import { beforeAll, expect, test } from 'vitest';
import { withDatabase } from './world/census.ts';
import { sharedStack, signIn, type Person } from './world/people.ts';
import { cli, declareValence, orderInput, projectOf, waitForStatus } from './world/site.ts';

const run = sharedStack();
let alice: Person;
let aude: Person;

beforeAll(async () => {
  await declareValence(run);
  alice = await signIn(run, 'alice');
  aude = await signIn(run, 'aude');
});

interface Leaf {
  readonly v: number;
  readonly id: string;
  readonly type: string;
  readonly phase: string;
  readonly outcome: string;
  readonly tenant?: string;
  readonly actor: { readonly kind: string; readonly id: string; readonly directory: string };
  readonly target: { readonly kind: string; readonly id: string };
  readonly request: { readonly trace?: string };
}

const leavesOf = async (user: string): Promise<readonly Leaf[]> => {
  const exported = await cli(run, ['--user', user, 'audit', 'lines']);
  expect(exported.code, exported.stderr).toBe(0);
  return exported.stdout.trimEnd().split('\n').map(line => JSON.parse(line) as Leaf);
};

test('the life of an instance can be read from the export: ordered, placed, READY, given back, and by whom', async () => {
  const projectId = await projectOf(alice, 'audited');
  const made = await alice.act('createGpuInstances', { ...orderInput(), projectId, shape: 'h200-8', name: 'audited' }, '... on GpuInstancesAccepted { orderId instances { id } receipt { auditEventId } }');
  const id = (made['instances'] as readonly { id: string }[])[0]?.id ?? '';
  await waitForStatus(alice, [id], 'READY');
  await alice.act('releaseGpuInstance', { id }, '... on GpuInstanceReleaseAccepted { instance { id } }');
  await waitForStatus(alice, [id], 'RELEASED');

  const leaves = await leavesOf('aude');
  const receipt = leaves.find(l => l.id === (made['receipt'] as { auditEventId: string }).auditEventId);
  expect(receipt).toMatchObject({ v: 1, type: 'compute.instance.create', outcome: 'success', actor: { kind: 'user', directory: 'tenant' } });
  const ofInstance = leaves.filter(l => l.target.id === id).map(l => `${l.type} ${l.outcome} by ${l.actor.kind}`);
  expect(ofInstance).toEqual(expect.arrayContaining(['compute.instance.release success by user', 'compute.instance.state success by system']));
});

test('an auditor sees the events of the own organisation and nothing else, and the reading is itself an event', async () => {
  const before = await leavesOf('basile');
  const { data } = await (await signIn(run, 'basile')).ask<{ viewer: { organisation: { id: string } } }>('{ viewer { organisation { id } } }');
  expect(before.every(l => l.tenant === data.viewer.organisation.id)).toBe(true);
  const again = await leavesOf('basile');
  expect(again.some(l => l.type === 'audit.events.export' && !before.some(b => b.id === l.id))).toBe(true);
  expect(new Set(again.map(l => l.id)).size).toBe(again.length);
});

test('an engineer may not read the audit log, and the attempt is in it', async () => {
  const { data } = await alice.ask<{ auditLines: { __typename: string; code: string } }>('{ auditLines { __typename ... on Problem { code } } }');
  expect(data.auditLines).toEqual({ __typename: 'Forbidden', code: 'FORBIDDEN' });
  expect((await leavesOf('aude')).some(l => l.type === 'iam.access.denied' && l.outcome === 'denied')).toBe(true);
});

test('the exported lines are the stored bytes, and the digests are theirs', async () => {
  const { data } = await aude.ask<{ auditEvents: { edges: readonly { node: { id: string; line: string; digest: string } }[] } }>('{ auditEvents(first: 20) { ... on AuditEventConnection { edges { node { id line digest } } } } }');
  const rows = await withDatabase(run, async db =>
    (await db.query<{ id: string; body: Buffer; same: boolean }>('SELECT id, body, digest = sha256(body) AS same FROM audit_event WHERE id = ANY ($1)', [data.auditEvents.edges.map(e => e.node.id)])).rows);
  expect(rows).toHaveLength(data.auditEvents.edges.length);
  for (const { node } of data.auditEvents.edges) {
    const row = rows.find(r => r.id === node.id);
    expect(row?.same).toBe(true);
    expect(row?.body.toString('utf8')).toBe(node.line);
  }
});

test('no secret, token or key is in any audit event', async () => {
  await withDatabase(run, async db => {
    for (const needle of ['ssh-ed25519 ', 'eyJhbGciOi', 'PRIVATE KEY', 'cad_development_']) {
      const { rows } = await db.query<{ n: string }>(`SELECT count(*) AS n FROM audit_event WHERE position($1 IN convert_from(body, 'UTF8')) > 0`, [needle]);
      expect(rows[0]?.n, needle).toBe('0');
    }
  });
});
