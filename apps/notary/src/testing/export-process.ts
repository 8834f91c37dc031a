import { pathToFileURL } from 'node:url';
import { pause, systemClock } from '@cadastre/platform/clock';
import { createIds } from '@cadastre/platform/ids';
import { silentLogger } from '@cadastre/platform/log';
import { openObjects, type Objects } from '@cadastre/platform/objects';
import { openStore } from '@cadastre/store/pool';
import { actOf } from '@cadastre/store/testing';
import type { ExportDeps } from '../export/deps.ts';
import { exportPolicy } from '../export/policy.ts';
import { runExports } from '../export/run.ts';
import { VIEWS } from '../export/views.ts';

/** How the process of a spec is to write exports. */
export interface ExportProcess {
  readonly url: string;
  readonly folder: string;
  readonly policy: string;
  /** `verify.py` and so on: any bytes. */
  readonly program: string;
  /** WRITES measures, given `--expose-gc`. HANGS: at the first byte of a file it says WRITING on standard output and stays there, to be killed. */
  readonly mode: 'WRITES' | 'HANGS';
}

const { url, folder, policy, program, mode } = JSON.parse(process.argv[2] ?? '{}') as ExportProcess;
const store = openStore(url, 'notary', { ids: createIds(), auditOrigin: 'audit.test' });
const objects = openObjects({ auditStorage: pathToFileURL(folder).href });
const bytes = Buffer.from(program, 'base64');

async function* hanging(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const part of source) {
    yield part;
    process.stdout.write('WRITING\n');
    await new Promise(() => undefined);
  }
}
// When the file is begun, every leaf has come by: whatever is still held then was not let go.
let heldKiB = 0;
const measured: Objects['putStream'] = async (key, source) => {
  // Buffers are given back by a thread of their own, after the collection that finds them.
  for (let turn = 0; turn < 3; turn++) {
    gc?.();
    await new Promise(resolve => { setTimeout(resolve, 50); });
  }
  const { heapUsed, external } = process.memoryUsage();
  heldKiB = Math.round((heapUsed + external) / 1_024);
  return await objects.putStream(key, source);
};
const deps: ExportDeps = {
  store, log: silentLogger(), clock: systemClock, makeAct: () => actOf('none'), pause, policy: exportPolicy(policy), statements: () => Promise.resolve([]), views: VIEWS, worker: `process-${String(process.pid)}`, leaseMs: 2_000, pollMs: 50,
  carried: { 'verify.py': bytes, 'verify.mjs': bytes, 'catalogue.fr.md': bytes, 'catalogue.en.md': bytes },
  objects: mode === 'WRITES' ? { ...objects, putStream: measured } : { ...objects, putStream: (key, source) => objects.putStream(key, hanging(source)) },
};
const stop = new AbortController();
process.once('SIGTERM', () => { stop.abort(); });
await runExports(deps, stop.signal);
await store.close();
process.stdout.write(`${JSON.stringify({ heldKiB, maxRssKiB: process.resourceUsage().maxRSS })}\n`);
