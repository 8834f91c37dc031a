import { defineConfig } from 'vitest/config';

// The name says what a spec needs, so that everything that needs nothing can run in seconds:
//   *.spec.ts        nothing                       project unit
//   *.pg.spec.ts     PostgreSQL   *.nats.spec.ts   project store
//   *.s3.spec.ts     an S3-compatible server       project s3
//   *.kube.spec.ts   a real API server with KWOK   project kube
//   *.stack.spec.ts  the whole stack               project e2e
const SERVERS = ['**/*.{pg,nats}.spec.ts'];
const OBJECTS = ['**/*.s3.spec.ts'];
const KUBE = ['**/*.kube.spec.ts'];
const STACK = ['**/*.stack.spec.ts'];
const OUTSIDE = ['**/node_modules/**', '**/generated/**', '**/.cadastre/**', 'bench/**'];
// graphql ships an ES and a CommonJS copy that refuse each other's types. Node gives everybody the second; Vite would give our own files the first.
const ONE_GRAPHQL = { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] };
const setup = 'apps/local/src/testing/setup.ts';
// A property tries 500 worlds, or as many as the nightly set asks for; two properties at once on a busy core take some milliseconds a world.
const PATIENCE = 5_000 + 60 * Number(process.env['CADASTRE_PROPERTY_RUNS'] ?? 500);

export default defineConfig({
  test: {
    // Two: the stack beside the specs needs the other cores of a small machine.
    maxWorkers: 2,
    projects: [
      { resolve: ONE_GRAPHQL, test: { name: 'unit', testTimeout: PATIENCE, include: ['{libs,apps,e2e,tools}/**/*.spec.ts'], exclude: [...OUTSIDE, ...SERVERS, ...OBJECTS, ...KUBE, ...STACK] } },
      { resolve: ONE_GRAPHQL, test: { name: 'store', include: SERVERS, exclude: OUTSIDE, globalSetup: setup, testTimeout: 30_000, hookTimeout: 60_000 } },
      { test: { name: 's3', include: OBJECTS, exclude: OUTSIDE, globalSetup: 'apps/local/src/testing/objects-server.ts', testTimeout: 60_000 } },
      { test: { name: 'kube', include: KUBE, exclude: OUTSIDE, globalSetup: setup, testTimeout: 60_000, hookTimeout: 120_000 } },
      // One file at a time: they share one stack, and some of them count everything in it.
      { test: { name: 'e2e', include: STACK, exclude: OUTSIDE, globalSetup: setup, testTimeout: 120_000, hookTimeout: 180_000, fileParallelism: false } },
    ],
  },
});
