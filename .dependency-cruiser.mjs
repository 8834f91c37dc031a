// @ts-check
// The rings and the sibling nouns of docs/architecture.md, as rules that name what to do instead. One tool enforces all of them;
// tools/canary holds, rule by rule, an import that must be refused, and `npm run boundaries` proves that it is.
import { readdirSync } from 'node:fs';

const NOUNS = readdirSync(new URL('./libs/domain/src', import.meta.url), { withFileTypes: true })
  .filter(entry => entry.isDirectory() && entry.name !== 'core')
  .map(entry => entry.name);
const NOUN = `(${NOUNS.join('|')})`;

const SPEC = '\\.spec\\.ts$';
// Worlds that several specs of a noun share.
const FIXTURE = '\\.fixture\\.ts$';
// What specs lean on, inside a project: never imported by what runs.
const SUPPORT = '/(testing|conformance)/';
const OURS = '^(apps|libs|e2e|bench)/';
// A package may be installed inside a project.
const INSTALLED = '/node_modules/';
/** A package wherever it is installed, and its types. @param {string} names */
const npm = names => `(^|/)node_modules/(@types/)?(${names})(/|$)`;

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const RINGS = [
  {
    name: 'domain-imports-nothing',
    comment: 'libs/domain is pure: not even node:. What it needs (clock, ids, hashing) is passed in.',
    severity: 'error',
    from: { path: '^libs/domain/src/', pathNot: `${SPEC}|${FIXTURE}` },
    to: { pathNot: '^libs/domain/src/' },
  },
  {
    name: 'domain-fixtures-draw-worlds',
    comment: 'A fixture of libs/domain may draw its worlds with fast-check, and is otherwise as pure as what it stands for.',
    severity: 'error',
    from: { path: `^libs/domain/src/.*${FIXTURE}` },
    to: { path: '.', pathNot: ['^libs/domain/src/', npm('fast-check')] },
  },
  {
    name: 'tlog-imports-noble-only',
    comment: 'libs/tlog is pure and stands alone, so that a witness or an auditor can run it anywhere: @noble/hashes, @noble/curves and itself. node:crypto, files and clocks are passed in.',
    severity: 'error',
    from: { path: '^libs/tlog/src/', pathNot: `${SPEC}|${FIXTURE}` },
    to: { path: '.', pathNot: ['^libs/tlog/src/', npm('@noble/(hashes|curves)')] },
  },
  {
    name: 'fixtures-are-for-specs',
    comment: 'A fixture is imported by specs and fixtures only: what runs must not lean on an invented world.',
    severity: 'error',
    from: { path: OURS, pathNot: `${SPEC}|${FIXTURE}|${SUPPORT}` },
    to: { path: `${OURS}.*${FIXTURE}` },
  },
  {
    name: 'platform-knows-no-noun',
    comment: 'libs/platform may use the words of @cadastre/domain/core and nothing else of ours: pass in what it needs.',
    severity: 'error',
    from: { path: '^libs/platform/src/', pathNot: SPEC },
    to: { path: OURS, pathNot: `^libs/(platform/src|domain/src/core)/|${INSTALLED}` },
  },
  {
    name: 'kube-and-store-see-the-domain-only',
    comment: 'libs/store and libs/kube import libs/domain and themselves: what they log or measure with is passed in. The one process of libs/store, migrate, reads its configuration from libs/platform.',
    severity: 'error',
    from: { path: '^libs/(store|kube)/src/', pathNot: `${SPEC}|${SUPPORT}|^libs/store/src/migrate/main\\.ts$` },
    to: { path: OURS, pathNot: `^libs/(domain/src|$1/src)/|${INSTALLED}` },
  },
  {
    name: 'testing-knows-no-noun',
    comment: 'libs/testing serves every ring, so it imports none: pass a callback.',
    severity: 'error',
    from: { path: '^libs/testing/src/' },
    to: { path: OURS, pathNot: `^libs/testing/src/|${INSTALLED}` },
  },
  {
    name: 'testing-is-for-specs',
    comment: 'libs/testing and the testing folders are imported by specs, e2e and bench only: what a process needs belongs in libs/platform.',
    severity: 'error',
    from: { path: '^(apps|libs)/', pathNot: `${SPEC}|${SUPPORT}` },
    to: { path: '^libs/(testing|[^/]+/src/(testing|conformance))/' },
  },
  {
    name: 'libs-never-import-apps',
    comment: 'A library cannot need the process that uses it: turn the dependency round.',
    severity: 'error',
    from: { path: '^libs/' },
    to: { path: '^(apps|e2e|bench)/' },
  },
  {
    name: 'apps-are-strangers',
    comment: 'Processes meet over NATS, GraphQL and the database, never by import: what two of them share belongs in a lib.',
    severity: 'error',
    from: { path: '^apps/([^/]+)/' },
    to: { path: '^(apps|e2e|bench)/', pathNot: `^apps/$1/|${INSTALLED}` },
  },
  {
    name: 'sibling-nouns',
    comment: 'A noun never imports a sibling noun inside an app: say it in libs/domain, or in the app’s shared folder.',
    severity: 'error',
    from: { path: `^apps/[^/]+/src/${NOUN}/` },
    to: { path: `^apps/[^/]+/src/${NOUN}/`, pathNot: '^apps/[^/]+/src/$1/' },
  },
  {
    name: 'credentials-stay-in-the-controller',
    comment: 'Doors, allocator and command line never speak to a cluster: ask the controller over NATS.',
    severity: 'error',
    from: { path: '^apps/(api|allocator|cli)/' },
    to: { path: '^libs/kube/' },
  },
  {
    name: 'the-command-line-goes-through-the-doors',
    comment: 'apps/cli is a user like any other: no database, no NATS. Ask the API.',
    severity: 'error',
    from: { path: '^apps/cli/' },
    to: { path: '^libs/(store|platform/src/nats)/' },
  },
];

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const PACKAGES = [
  {
    name: 'nest-only-in-the-doors',
    comment: '@nestjs/* belongs to apps/api: elsewhere a function with arguments does it.',
    severity: 'error',
    from: { path: OURS, pathNot: '^(apps/api|bench)/' },
    to: { path: npm('@nestjs') },
  },
  {
    name: 'database-only-in-the-store',
    comment: '@prisma/* and pg belong to libs/store (and to setting up a server: apps/local, libs/testing/src/database, bench). Use a repository of libs/store.',
    severity: 'error',
    from: { path: OURS, pathNot: '^(libs/store|apps/local|bench|libs/testing/src/database|e2e)/' },
    to: { path: npm('@prisma|pg|prisma') },
  },
  {
    name: 'rows-never-leave-the-store',
    comment: 'The generated Prisma client is a detail of libs/store: repositories return domain types.',
    severity: 'error',
    from: { pathNot: '^libs/store/src/' },
    to: { path: '^libs/store/src/generated/' },
  },
  {
    name: 'client-node-only-in-kube',
    comment: '@kubernetes/client-node belongs to libs/kube: use its client.',
    severity: 'error',
    from: { path: OURS, pathNot: '^libs/kube/' },
    to: { path: npm('@kubernetes/client-node') },
  },
];

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const HYGIENE = [
  {
    name: 'no-cycles',
    comment: 'A cycle means that a third thing wants a name.',
    severity: 'error',
    from: { pathNot: '^libs/store/src/generated/' },
    to: { circular: true },
  },
  {
    name: 'no-orphans',
    comment: 'Nothing imports this module and it imports nothing: delete it, or name it main.ts if it is a process.',
    severity: 'error',
    from: { orphan: true, pathNot: `${SPEC}|(^|/)main\\.ts$|\\.d\\.ts$|\\.config\\.[cm]?[jt]s$|/generated/|\\.mjs$` },
    to: {},
  },
  {
    name: 'imports-resolve',
    comment: 'This import leads nowhere: check the path, its .ts, and the package’s exports.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [...RINGS, ...PACKAGES, ...HYGIENE],
  options: {
    doNotFollow: { path: 'node_modules' },
    // No `dist` here: it would also drop every package that lives in one, and with it the rule about that package.
    exclude: { path: '(^|/)\\.(cadastre|cache|scratch)/|^bench/peers/' },
    // Types count: a ring that needs another's types needs the other.
    tsPreCompilationDeps: true,
    preserveSymlinks: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mts', '.mjs', '.js', '.cjs', '.json', '.d.ts', '.d.mts'],
    },
  },
};
