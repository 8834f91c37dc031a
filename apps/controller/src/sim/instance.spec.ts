import { describe, expect, it } from 'vitest';
import type { InstanceId } from '@cadastre/domain/core';
import { INSTANCE_MOVES, objectName } from '@cadastre/domain/instance';
import { PODS } from '@cadastre/kube/client';
import type { Sim } from '@cadastre/testing/sim';
import { sim } from '@cadastre/testing/sim';
import { instanceReconciler } from '../instance/instance.reconciler.ts';
import { UNANNOUNCED } from '../loop/effects.ts';
import { reconcile } from '../loop/reconciler.ts';
import type { Tracing } from '../loop/reconciler.ts';
import { projectReconciler } from '../project/project.reconciler.ts';
import type { OpenLook } from './looks.ts';
import { openLook } from './looks.ts';
import type { World } from './world.ts';
import { controllersOfKubernetes, instanceId, instanceOf, kubelet, makeWorld, NAMESPACE, NOW, order, pods, PROJECT, release } from './world.ts';

const clock = { now: () => NOW };
const untraced: Tracing = { look: (_n, _k, _p, run) => run(), step: (_n, _w, run) => run() };
const always = { held: () => true };

const nouns = (w: World) => ({
  instance: instanceReconciler({
    rows: w.rows, connections: w.connections,
    free: async (_region, id) => (await w.free(id) === 'freed' ? { as: 'done' } : { as: 'again', because: 'not released' }),
    noticeSeconds: 120,
  }, always, 30),
  project: projectReconciler(w.projects, w.connections, always, 30),
});

const ORDERS = 3;

/** A stranger's pod under a name that will be ours, or in a quiet corner. */
const strangers = (w: World): Map<string, string> => {
  const made = new Map<string, string>();
  for (const name of [objectName(instanceId(0)), 'quiet']) {
    const pod = w.kube.server.createAs('stranger', PODS, { metadata: { name, namespace: 'default', labels: { app: 'x' } }, spec: { containers: [{ name: 'x', image: 'y' }] } });
    made.set(`default/${name}`, JSON.stringify(pod));
  }
  return made;
};

const setLaws = (s: Sim, w: World, foreign: Map<string, string>): void => {
  s.law('never two pods for an instance', async () => {
    const owners = (await pods(w.kube)).map(instanceOf).filter(o => o !== undefined);
    return owners.length === new Set(owners).size || `pods of ${owners.join(', ')}`;
  });
  s.law('no pod without a placed instance', async () => {
    const homeless = (await pods(w.kube)).map(instanceOf).filter(o => o !== undefined && (w.instances.get(o as InstanceId)?.status ?? 'RELEASED') === 'RELEASED');
    return homeless.length === 0 || homeless.join(', ');
  });
  s.law("strangers' objects are untouched", async () => {
    const now = new Map((await pods(w.kube)).map(p => [`${p.metadata?.namespace}/${p.metadata?.name}`, JSON.stringify(p)]));
    return [...foreign].every(([key, before]) => now.get(key) === before);
  });
  s.law('states only move where they may', () => [...w.instances.values()].every(i =>
    i.statusHistory.every((h, n) => INSTANCE_MOVES[i.statusHistory[n - 1]?.state ?? 'PENDING'].includes(h.state))));
  s.law('no GPU is freed under a pod', () => w.freedTooEarly.length === 0);
};

const setActors = (s: Sim, w: World, foreign: Map<string, string>): void => {
  const { instance, project } = nouns(w);
  const open: OpenLook[] = [];
  /** Looks of a process that the machine stopped for a long while: they go on with what they saw before. */
  const frozen: OpenLook[] = [];
  let ordered = 0;
  const anyId = (): InstanceId => instanceId(s.int(Math.max(1, ordered)));
  s.actor('a tenant', () => {
    if (ordered < ORDERS && s.chance(0.5)) order(w, ordered++);
    else if (s.chance(0.06)) release(w, anyId());
  });
  // Woken twice, woken for nothing, or not at all: the seed decides, the outcome must not.
  s.actor('a wake-up', async () => { if (open.length < 8) open.push(s.chance(0.25) ? await openLook(project, PROJECT.id, clock) : await openLook(instance, anyId(), clock)); });
  s.actor('a long pause', () => {
    if (open.length > 0 && frozen.length < 3 && s.chance(0.4)) frozen.push(...open.splice(s.int(open.length), 1));
    else if (frozen.length > 0 && s.chance(0.15)) open.push(...frozen.splice(s.int(frozen.length), 1));
  });
  for (const name of ['one replica', 'another replica', 'a third']) {
    s.actor(name, async () => {
      if (open.length === 0) return;
      const at = s.int(open.length);
      if (s.chance(0.05)) { await open.splice(at, 1)[0]?.crash(); return; }
      // Mostly one step, sometimes straight to the end: long pauses and quick work both happen.
      const steps = s.chance(0.5) ? 1 : 12;
      for (let n = 0; n < steps; n++) {
        if (await open[at]?.advance() !== 'paused') { open.splice(at, 1); return; }
      }
    });
  }
  s.actor('a watch', () => s.pick(w.connection.lagging).catchUp());
  s.actor('kubernetes', async () => {
    await controllersOfKubernetes(w.kube);
    const mine = (await pods(w.kube)).filter(p => instanceOf(p) !== undefined);
    if (mine.length > 0) kubelet(w.kube, s.pick(mine));
  });
  s.actor('misfortune', async () => {
    const mine = (await pods(w.kube)).filter(p => instanceOf(p) !== undefined);
    const name = mine.length === 0 ? '' : (s.pick(mine).metadata?.name ?? '');
    switch (s.int(6)) {
      case 0: w.kube.server.faults.failNext(1, 'UNREACHABLE', { verb: s.pick(['get', 'apply', 'delete']) }); break;
      case 1: w.kube.server.faults.loseAnswers(1, { verb: s.pick(['apply', 'delete']) }); break;
      case 2: w.connection.reachable = s.chance(0.9); break;
      case 3: if (name !== '') w.kube.server.deleteAs({ kind: PODS, namespace: NAMESPACE, name }); break;
      case 4: if (name !== '') w.kube.server.updateAs('kubelet', { kind: PODS, namespace: NAMESPACE, name }, o => { o.status = { phase: 'Failed' }; }, 'status'); break;
      default: await squat(w, foreign, instanceId(s.int(ORDERS)));
    }
  });
};

/** A stranger takes a name of ours before we do, in our own namespace. */
const squat = async (w: World, foreign: Map<string, string>, id: InstanceId): Promise<void> => {
  const name = objectName(id);
  const taken = (await pods(w.kube)).some(p => p.metadata?.namespace === NAMESPACE && p.metadata.name === name);
  const here = await w.kube.server.page({ group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false }, {}, { limit: 100 });
  if (taken || foreign.size > 2 || !here.ok || !here.value.items.some(n => n.metadata?.name === NAMESPACE)) return;
  const pod = w.kube.server.createAs('stranger', PODS, { metadata: { name, namespace: NAMESPACE }, spec: { containers: [{ name: 'x', image: 'y' }] } });
  foreign.set(`${NAMESPACE}/${name}`, JSON.stringify(pod));
};

/** The trouble is over: what remains must reach what is wanted, by the timer alone. */
const heal = async (w: World): Promise<void> => {
  const { instance, project } = nouns(w);
  w.connection.reachable = true;
  for (let round = 0; round < 24; round++) {
    for (const cache of w.connection.lagging) await cache.catchUp();
    await reconcile(project, PROJECT.id, clock, untraced, UNANNOUNCED);
    for (const id of await instance.timer.keys()) await reconcile(instance, id, clock, untraced, UNANNOUNCED);
    await controllersOfKubernetes(w.kube);
    for (const pod of await pods(w.kube)) if (instanceOf(pod) !== undefined) kubelet(w.kube, pod);
  }
};

describe('instances under stale reads, crashes, lost answers, strangers and two leaders', () => {
  it('keep the laws after every step, and arrive', async () => {
    await sim({ runs: 50 }, async s => {
      const w = await makeWorld();
      const foreign = strangers(w);
      // Half of the worlds begin with the project's namespace in place: the other half would spend most of their turns on making it.
      if (s.chance(0.5)) await heal(w);
      setLaws(s, w, foreign);
      setActors(s, w, foreign);
      await s.run({ maxTurns: 250 });
      await heal(w);
      const squatted = (id: InstanceId): boolean => foreign.has(`${NAMESPACE}/${objectName(id)}`);
      for (const i of w.instances.values()) {
        const reason = i.conditions.find(c => c.type === 'Ready')?.reason;
        if (i.desired === 'RELEASED') expect(i.status, `${i.id} was released`).toBe('RELEASED');
        else if (squatted(i.id)) expect(reason, `${i.id} is squatted`).toBe('NOT_OURS');
        else expect(i.status, `${i.id} was ordered`).toBe('READY');
      }
    });
  }, 120_000);
});

describe('an object with our mark and not our label', () => {
  it('is a stranger: the instance says so and does not touch it', async () => {
    const w = await makeWorld();
    await heal(w);
    order(w, 0);
    const pod = w.kube.server.createAs('old', PODS, {
      metadata: { name: objectName(instanceId(0)), namespace: NAMESPACE, labels: { 'app.kubernetes.io/managed-by': 'cadastre' } }, spec: { containers: [{ name: 'x', image: 'y' }] },
    });
    await heal(w);
    expect(w.instances.get(instanceId(0))?.conditions.find(c => c.type === 'Ready')?.reason).toBe('NOT_OURS');
    expect(await pods(w.kube)).toEqual([pod]);
  });
});

describe('leftovers', () => {
  it('with our mark and an instance label are removed by the timer; without the label they are not', async () => {
    const w = await makeWorld();
    const mark = { 'app.kubernetes.io/managed-by': 'cadastre' };
    const container = { spec: { containers: [{ name: 'x', image: 'y' }] } };
    w.kube.server.createAs('old', PODS, { metadata: { name: 'orphan', namespace: 'default', labels: { ...mark, 'cadastre.cloud/instance': instanceId(9) } }, ...container });
    w.kube.server.createAs('old', PODS, { metadata: { name: 'unlabelled', namespace: 'default', labels: mark }, ...container });
    w.kube.server.createAs('old', PODS, { metadata: { name: 'unmarked', namespace: 'default', labels: { 'cadastre.cloud/instance': instanceId(8) } }, ...container });
    await heal(w);
    expect((await pods(w.kube)).map(p => p.metadata?.name)).toEqual(['unlabelled', 'unmarked']);
  });
});
