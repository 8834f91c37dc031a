import { describe, expect, test } from 'vitest';
import type { AllocateReply } from '@cadastre/domain/capacity';
import type { InstanceId } from '@cadastre/domain/core';
import { waitFor } from '@cadastre/testing/wait';
import type { RegionLoop } from './loop.ts';
import { ask, openLab } from './testing/lab.ts';
import type { Site } from './testing/world.ts';
import { accepted, createRequest, freeRequest, guestAt, releaseRequest } from './testing/world.ts';

const lab = openLab();
const NOTICE = { noticeSeconds: 90 };

/** A site of four machines that one tenant's interruptible instances fill, oldest first, and another tenant that comes late. */
const filled = async (more: Parameters<typeof lab.lead>[1] = { yielding: NOTICE }): Promise<{ s: Site; late: Site; loop: RegionLoop; soft: readonly InstanceId[] }> => {
  const [s, other] = [await lab.site(1, 4), await lab.site(1, 1)];
  const loop = await lab.lead(s, more);
  const soft: InstanceId[] = [];
  // Who was there for an order before is not all who are there for the next.
  expect(yieldsOf(await ask(loop, createRequest(s, { count: 9 })))).toBeUndefined();
  for (let n = 0; n < 4; n++) soft.push(...accepted(await ask(loop, createRequest(s, { interruptible: true }))));
  return { s, late: guestAt(s, other), loop, soft };
};
const leaving = async (s: Site): Promise<readonly string[]> =>
  (await lab.rows<{ id: string }>("SELECT id FROM gpu_instance WHERE region_id = $1 AND desired = 'RELEASED' AND status = 'TERMINATING' ORDER BY id", [s.regionId])).map(r => r.id);
const untilLeaving = async (s: Site, ids: readonly InstanceId[]): Promise<void> => {
  await waitFor(async () => (await leaving(s)).length >= ids.length, { what: 'instances that give way' });
  expect(await leaving(s)).toEqual([...ids].sort());
};
const yieldsOf = (reply: AllocateReply): unknown => (reply.kind === 'REFUSED' ? reply.yields : reply);
/** Everything that was asked before it has been written: the loop keeps the order. */
const settled = async (loop: RegionLoop, s: Site): Promise<void> => { await ask(loop, createRequest(s, { interruptible: true, count: 9 })); };

describe('interruptible instances give way to an order that does not fit', () => {
  test('exactly as many as it takes, the most recent first, and the same order then fits', async () => {
    const { s, late, loop, soft: [oldest, second, third, youngest] } = await filled();
    const request = createRequest(late, { count: 2 });
    const reply = await ask(loop, request);
    expect(yieldsOf(reply)).toEqual({ instances: 2, noticeSeconds: 90 });
    await untilLeaving(s, [third!, youngest!]);
    expect(await ask(loop, request)).toEqual(reply);
    accepted(await ask(loop, freeRequest(third!)));
    expect(yieldsOf(await ask(loop, createRequest(late, { count: 2 })))).toEqual({ instances: 1, noticeSeconds: 90 });
    accepted(await ask(loop, freeRequest(youngest!)));
    expect(accepted(await ask(loop, createRequest(late, { count: 2 })))).toHaveLength(2);
    expect(await leaving(s)).toEqual([]);
    expect((await lab.rows<{ id: string }>("SELECT id FROM gpu_instance WHERE region_id = $1 AND tenant_id = $2 AND desired = 'RUNNING' ORDER BY id", [s.regionId, s.tenantId])).map(r => r.id)).toEqual([oldest, second]);
  });

  test('with history, event and audit that say why, and which decision needed it', async () => {
    const { s, late, loop, soft } = await filled();
    const reply = await ask(loop, createRequest(late));
    const [youngest] = soft.slice(-1);
    await untilLeaving(s, [youngest!]);
    expect(await lab.tenantRows(s, "SELECT convert_from(body, 'UTF8')::jsonb AS body FROM audit_event WHERE type = 'compute.instance.release'", [])).toMatchObject([
      { body: { actor: { id: 'allocator' }, authz: { rule: 'interruptible-yields' }, phase: 'requested', reason: 'YIELDED', numbers: { decision: reply.kind === 'REFUSED' ? reply.decisionId : '' } } },
    ]);
    expect(await lab.tenantRows(s, "SELECT verb, object_id AS id FROM outbox WHERE verb <> 'created'", [])).toEqual([{ verb: 'yield-requested', id: youngest }]);
    expect(await lab.rows("SELECT status_history->-1->>'cause' AS cause, status_history->-1->>'actor' AS actor FROM gpu_instance WHERE id = $1", [youngest])).toEqual([{ cause: 'YIELDED', actor: 'allocator' }]);
  });

  test('once for a whole batch: room that comes is room for the next order too', async () => {
    const { s, late, loop, soft } = await filled();
    const replies = await Promise.all([createRequest(late), createRequest(late), createRequest(late, { count: 2 })].map(r => ask(loop, r)));
    expect(replies.map(yieldsOf)).toEqual([{ instances: 1, ...NOTICE }, { instances: 1, ...NOTICE }, { instances: 2, ...NOTICE }]);
    await untilLeaving(s, soft.slice(2));
    expect(await ask(loop, createRequest(late)).then(yieldsOf)).toEqual({ instances: 1, ...NOTICE });
    await settled(loop, s);
    expect(await leaving(s)).toHaveLength(2);
  });

  test.each(['in one batch', 'one after the other'])('nor for an order that would rather have had somebody else, %s: whoever was asked for the one before leaves room for it too', async when => {
    const [s, other] = [await lab.site(1, 2), await lab.site(1, 1)];
    const loop = await lab.lead(s, { yielding: NOTICE });
    const [whole] = accepted(await ask(loop, createRequest(s, { interruptible: true })));
    accepted(await ask(loop, createRequest(guestAt(s, other), { gpusPerInstance: 4 })));
    // The most recent: enough for half a machine, no help for a whole one.
    accepted(await ask(loop, createRequest(s, { interruptible: true, gpusPerInstance: 4 })));
    const late = guestAt(s, other);
    const first = ask(loop, createRequest(late));
    if (when === 'one after the other') await first.then(() => settled(loop, s));
    const second = ask(loop, createRequest(late, { gpusPerInstance: 4 }));
    expect((await Promise.all([first, second])).map(yieldsOf)).toEqual([{ instances: 1, ...NOTICE }, { instances: 1, ...NOTICE }]);
    await settled(loop, s);
    expect(await leaving(s)).toEqual([whole]);
  });

  test('not when somebody leaves anyhow, in the same batch or before the allocator began', async () => {
    const { s, late, loop, soft: [oldest] } = await filled();
    const [, reply] = await Promise.all([ask(loop, releaseRequest(s, oldest!)), ask(loop, createRequest(late))]);
    expect(yieldsOf(reply)).toEqual({ instances: 1, ...NOTICE });
    await settled(loop, s);
    expect(await leaving(s)).toEqual([oldest]);
    loop.stop();
    const next = await lab.lead(s, { yielding: NOTICE });
    expect(await ask(next, createRequest(late)).then(yieldsOf)).toEqual({ instances: 1, ...NOTICE });
    await settled(next, s);
    expect(await leaving(s)).toEqual([oldest]);
  });

  test.each<{ because: string; policy?: typeof NOTICE; order: Parameters<typeof createRequest>[1] }>([
    { because: 'the policy is off', order: {} },
    { because: 'the order is interruptible itself', policy: NOTICE, order: { interruptible: true } },
    { because: 'all of them together would not be enough', policy: NOTICE, order: { count: 5 } },
    { because: 'the law refuses it', policy: NOTICE, order: { tenantClass: 'PRIVATE' } },
  ])('nobody, where $because', async ({ policy, order }) => {
    const { s, late, loop } = await filled(policy === undefined ? {} : { yielding: policy });
    const reply = await ask(loop, createRequest(late, order));
    expect([reply.kind, yieldsOf(reply)]).toEqual(['REFUSED', undefined]);
    await settled(loop, s);
    expect(await leaving(s)).toEqual([]);
  });
});
