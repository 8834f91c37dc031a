import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { langOf } from '@cadastre/platform/locale';
import type { RunFile } from '../stack/options.ts';
import { cadastre } from './command.ts';
import { ask, until, type Door } from './door.ts';
import { liveOf, order, projectOf, reach, release, told, type Instance, type Order } from './orders.ts';
import { nodesOf } from './pods.ts';
import { word, type Word } from './words.ts';

export interface StoryOptions {
  /** Folder of run.json; the audit exports go to `exports/` in it. */
  readonly state: string;
  readonly out: NodeJS.WritableStream;
  readonly signal: AbortSignal;
}

const PROGRAMME = fileURLToPath(new URL('../../../../examples/programmes/valence.yaml', import.meta.url));

interface Stage {
  readonly run: RunFile;
  readonly options: StoryOptions;
  readonly lang: 'fr' | 'en';
  readonly tell: (key: Word, values?: Readonly<Record<string, string | number>>) => void;
  readonly door: (user: string) => Promise<Door>;
  readonly cli: (args: readonly string[]) => Promise<string>;
}

/** The main job, as its users would do it: only through the doors, the command line and the Kubernetes API. A second telling goes on from what the first left. */
export const tellStory = async (run: RunFile, options: StoryOptions): Promise<{ readonly ok: true } | { readonly ok: false; readonly reason: string }> => {
  const stage = open(run, options);
  try {
    stage.tell('title');
    await declareSite(stage);
    await waitForMachines(stage);
    const single = await orderUntilReady(stage, 'alice', SINGLE);
    await orderUntilReady(stage, 'bruno', FOUR);
    await orderBeyondPower(stage);
    await giveBack(stage, 'alice', single);
    await exportAudit(stage, 'aude', 'chu-valence');
    await exportAudit(stage, 'basile', 'atelier-ia');
    return { ok: true };
  } catch (e) {
    return { ok: false, reason: e instanceof Error ? e.message : String(e) };
  }
};

const open = (run: RunFile, options: StoryOptions): Stage => {
  const lang = langOf(process.env);
  const begun = Date.now();
  const cli = (args: readonly string[]): Promise<string> => cadastre({ state: options.state, lang, signal: options.signal }, args);
  const tell: Stage['tell'] = (key, values) => { options.out.write(`[${((Date.now() - begun) / 1000).toFixed(1).padStart(5)} s] ${word(lang, key, values)}\n`); };
  const door = async (user: string): Promise<Door> => {
    const url = user === 'olivia' || user === 'pascal' ? run.providerUrl : run.tenantUrl;
    return { url: new URL('/graphql', url).href, token: (await cli(['token', '--user', user])).trim(), lang, signal: options.signal };
  };
  return { run, options, lang, tell, door, cli };
};

const declareSite = async (stage: Stage): Promise<void> => {
  stage.tell('apply');
  const kubeconfig = stage.run.kubeconfig;
  const done = JSON.parse(await stage.cli(['--user', 'olivia', 'apply', '-f', PROGRAMME, '--kubeconfig', kubeconfig, '-o', 'json'])) as readonly { what: string }[];
  stage.tell('applied', { created: done.filter(d => d.what === 'created').length, unchanged: done.filter(d => d.what !== 'created').length });
};

interface Offer {
  readonly shape: { readonly code: string };
  readonly available: number | null;
  readonly total: number | null;
  readonly freshness: string;
}

// What the story is going to order. An order sent while the nodes are still joining would be refused, rightly.
const SINGLE = { name: 'irm', shape: 'h200-8', count: 1 } as const;
const FOUR = { name: 'entrainement', shape: 'h200-8', count: 4 } as const;
const BEYOND_POWER = { name: 'trop-de-watts', shape: 'b300-8', count: 4 } as const;
const B300_THAT_FIT = 3;

const waitForMachines = async (stage: Stage): Promise<void> => {
  stage.tell('capacity');
  const [alice, bruno] = await Promise.all([stage.door('alice'), stage.door('bruno')]);
  const kept = (await liveOf(alice, SINGLE.name)).length + (await liveOf(bruno, FOUR.name)).length;
  const needed: Readonly<Record<string, number>> = { [SINGLE.shape]: SINGLE.count + FOUR.count - kept, [BEYOND_POWER.shape]: B300_THAT_FIT };
  const offers = await until('offers', 90, stage.options.signal, async () => {
    const { offers: now } = await ask<{ offers: readonly Offer[] }>(alice, '{ offers { shape { code } available total freshness } }');
    const enough = Object.entries(needed).every(([code, count]) => now.some(o => o.shape.code === code && o.freshness === 'FRESH' && (o.available ?? 0) >= count));
    return enough ? { done: now } : { seen: JSON.stringify(now) };
  });
  for (const o of offers) stage.tell('offer', { shape: o.shape.code, available: o.available ?? '?', total: o.total ?? '?' });
};

const orderUntilReady = async (stage: Stage, user: string, wanted: Omit<Order, 'projectId'>): Promise<readonly Instance[]> => {
  const door = await stage.door(user);
  const values = { user, count: wanted.count, shape: wanted.shape, name: wanted.name };
  let instances = await liveOf(door, wanted.name);
  if (instances.length === wanted.count) stage.tell('kept', values);
  else {
    stage.tell('order', values);
    const answer = await order(door, { ...wanted, projectId: await projectOf(door, 'demo', 'Démonstration') });
    if (answer.instances === undefined) throw new Error(told(answer));
    instances = answer.instances;
  }
  const ids = instances.map(i => i.id);
  await reach(door, ids, 'READY');
  const nodes = await nodesOf(stage.run.kubeconfigAdmin ?? stage.run.kubeconfig, ids, stage.options.signal);
  if (nodes.size !== wanted.count) throw new Error(`${String(wanted.count)} instances are READY, Kubernetes runs ${String(nodes.size)} pods of them`);
  stage.tell('ready', { count: wanted.count, nodes: [...nodes.values()].sort().join(', ') });
  return instances;
};

const orderBeyondPower = async (stage: Stage): Promise<void> => {
  const door = await stage.door('bruno');
  stage.tell('refuse', { user: 'bruno', ...BEYOND_POWER });
  const answer = await order(door, { ...BEYOND_POWER, projectId: await projectOf(door, 'demo', 'Démonstration') });
  if (answer.__typename !== 'PowerRefused') throw new Error(`4 × b300-8 should be refused for power, the answer is ${answer.__typename}`);
  stage.options.out.write(`      ${told(answer)}\n`);
};

const giveBack = async (stage: Stage, user: string, instances: readonly Instance[]): Promise<void> => {
  const door = await stage.door(user);
  for (const i of instances) {
    stage.tell('release', { user, name: i.name });
    await release(door, i.id);
  }
  const ids = instances.map(i => i.id);
  await reach(door, ids, 'RELEASED');
  const left = await nodesOf(stage.run.kubeconfigAdmin ?? stage.run.kubeconfig, ids, stage.options.signal);
  if (left.size > 0) throw new Error(`released, but Kubernetes still runs ${[...left.keys()].join(', ')}`);
  stage.tell('released');
};

const exportAudit = async (stage: Stage, user: string, organisation: string): Promise<void> => {
  stage.tell('audit', { user, organisation });
  mkdirSync(join(stage.options.state, 'exports'), { recursive: true });
  const file = join(stage.options.state, 'exports', `${organisation}.jsonl`);
  await stage.cli(['--user', user, 'audit', 'lines', '--out', file]);
  const events = readFileSync(file, 'utf8').trimEnd().split('\n').map(line => JSON.parse(line) as { readonly tenant?: string });
  const { viewer } = await ask<{ viewer: { organisation: { id: string } } }>(await stage.door(user), '{ viewer { organisation { id } } }');
  const strangers = events.filter(e => e.tenant !== viewer.organisation.id);
  if (events.length === 0 || strangers.length > 0) throw new Error(`${file}: ${String(events.length)} events, ${String(strangers.length)} of them not of ${organisation}`);
  stage.tell('exported', { count: events.length, organisation, file });
};
