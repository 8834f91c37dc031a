// @ts-check
// Lint is this project's memory: each rule is something that went wrong once, somewhere, and says what to do instead.
// tools/lint holds a canary for the rules that are ours: `npm run lint` proves that each one still refuses.
import tseslint from 'typescript-eslint';
import { cadastre } from './tools/lint/rules.mjs';

const SPECS = ['**/*.spec.ts'];
// What is not the product: it may read the environment, wait and print.
const TOOLS = ['apps/local/**', 'bench/**', 'tools/**', 'libs/testing/**', 'e2e/**', '**/*.config.ts', '**/testing/**', '**/conformance/**'];

/** @param {string} selector @param {string} message */
const no = (selector, message) => ({ selector, message });

const NAMES = [
  no(
    ':matches(ClassDeclaration, FunctionDeclaration, TSInterfaceDeclaration, TSTypeAliasDeclaration) > Identifier.id[name=/(Manager|Helper|Util|Utils)$/i]',
    'Manager, Helper and Util say nothing: name the noun, or the verb it does (decide, plan, observe, execute, statusOf, commit).',
  ),
  no('VariableDeclarator > Identifier.id[name=/(Manager|Helper|Util|Utils)$/]', 'Manager, Helper and Util say nothing: name what it is.'),
];
const IMPORTS = [
  no(
    ':matches(ImportDeclaration, ExportNamedDeclaration, ExportAllDeclaration, ImportExpression) > Literal.source[value=/^\\.{1,2}(\\u002F(?!.*\\.[a-z]+$)|$)/]',
    'Node runs this file as it is: write the extension of a relative import (./rack.ts), and no folder alone.',
  ),
];
const SHAPE = [
  no('MethodDefinition[kind="constructor"] > FunctionExpression[params.length>5]', 'More than five dependencies: this is two things. Split it by verb, or pass what is used.'),
  no('TSEnumDeclaration', 'Node strips types and cannot strip an enum: use a union of literals, or an `as const` list.'),
  no('TSParameterProperty', 'Node strips types and cannot strip a parameter property: declare the field and assign it.'),
];
const TRANSACTIONS = [
  no('CallExpression[callee.property.name="$transaction"]', 'commit() of @cadastre/store/commit is the only way to save: it writes rows, outbox, audit event and idempotency record together. To read, use store.read().'),
  no('CallExpression > :matches(Literal, TemplateLiteral > TemplateElement)[value=/^\\s*(BEGIN|START TRANSACTION)\\b/i]', 'commit() of @cadastre/store/commit is the only way to save; store.read() is the only way to read consistently.'),
  no('CallExpression > TemplateLiteral > TemplateElement[value.raw=/^\\s*(BEGIN|START TRANSACTION)\\b/i]', 'commit() of @cadastre/store/commit is the only way to save; store.read() is the only way to read consistently.'),
];
const ENVIRONMENT = [no('MemberExpression[object.name="process"][property.name="env"]', 'The environment is read once, by @cadastre/platform/config: add a setting there and pass the value.')];
const SPEC_HABITS = [
  no('MemberExpression[object.name=/^(it|test|describe|suite|bench)$/][property.name=/^(skip|only|todo|skipIf|runIf|fails|skipped)$/]', 'A test runs or does not exist: mend it or delete it.'),
  no('CallExpression[callee.name=/^(xit|xdescribe|xtest|fit|fdescribe)$/]', 'A test runs or does not exist: mend it or delete it.'),
  no('NewExpression[callee.name="Promise"] CallExpression[callee.name="setTimeout"]', 'A sleep is a guess: wait for the condition with waitFor() of @cadastre/testing/wait, or move manualTimers().'),
  no('AwaitExpression > CallExpression[callee.name=/^(sleep|delay|pause|wait|setTimeout)$/]', 'A sleep is a guess: wait for the condition with waitFor() of @cadastre/testing/wait, or move manualTimers().'),
  no('CallExpression[callee.object.name="vi"][callee.property.name=/^(mock|doMock|hoisted|spyOn)$/]', 'What we own is not mocked: use the real thing, or a fake that passes the same conformance suite.'),
];
const PURITY = [
  no('NewExpression[callee.name="Date"][arguments.length=0]', 'Time comes in through the door: take a Clock of @cadastre/domain/core.'),
  no('CallExpression[callee.name="Date"]', 'Time comes in through the door: take a Clock of @cadastre/domain/core.'),
  no('MemberExpression[object.name="Date"][property.name="now"]', 'Time comes in through the door: take a Clock of @cadastre/domain/core.'),
  no('MemberExpression[object.name="performance"][property.name="now"]', 'Time comes in through the door: take a Clock of @cadastre/domain/core.'),
  no('MemberExpression[object.name="Math"][property.name="random"]', 'Chance comes in through the door: take the draw as an argument.'),
  no('MemberExpression[property.name="randomUUID"]', 'Ids come in through the door: take Ids of @cadastre/domain/core.'),
  no('CallExpression[callee.name="randomUUID"]', 'Ids come in through the door: take Ids of @cadastre/domain/core.'),
  no('Identifier[name=/^(process|setTimeout|setInterval|setImmediate|queueMicrotask|fetch|console|crypto)$/]:not(MemberExpression > .property):not(Property > .key):not(TSPropertySignature > .key)', 'libs/domain is pure, and libs/tlog: no process, no timers, no network. Return a value that says what to do.'),
];
const EVERYWHERE = [...NAMES, ...IMPORTS, ...SHAPE];

export default tseslint.config(
  { ignores: ['**/node_modules/**', '**/generated/**', '**/dist/**', '**/.cadastre/**', '**/.cache/**', '**/.scratch/**', '**/.nx/**', 'tmp/**', 'tools/canary/**', 'bench/peers/**', 'prisma/**', 'helm/**'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    plugins: { cadastre },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': ['error', { max: 60, skipComments: true, skipBlankLines: true }],
      'no-console': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx', 'hack', 'for now'], location: 'anywhere' }],
      'no-restricted-syntax': ['error', ...EVERYWHERE, ...TRANSACTIONS, ...ENVIRONMENT],
      'cadastre/disable-with-reason': 'error',
      'cadastre/file-name': 'error',
      // `== null` is the one loose comparison that says what it means: absent or null, as GraphQL inputs are.
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // A number in a sentence is clear; an object there is the bug that this rule is for.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true, ignoreVoidOperator: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // An async function without await keeps a throw inside its promise, which is what an interface of promises wants.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      // Our ports are records of closures written in method form; the few classes hold no method that is passed about.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
    },
  },
  { files: ['libs/{domain,tlog}/src/**/*.ts'], ignores: SPECS, rules: { 'no-restricted-syntax': ['error', ...EVERYWHERE, ...TRANSACTIONS, ...ENVIRONMENT, ...PURITY] } },
  { files: ['libs/store/src/{commit,pool}/**/*.ts', 'libs/platform/src/config/**/*.ts'], rules: { 'no-restricted-syntax': ['error', ...EVERYWHERE] } },
  { files: TOOLS, rules: { 'no-restricted-syntax': ['error', ...EVERYWHERE, ...TRANSACTIONS] } },
  { files: ['apps/cli/**', 'apps/local/**', 'bench/**', 'tools/**'], rules: { 'no-console': 'off' } },
  {
    files: SPECS,
    rules: {
      'no-restricted-syntax': ['error', ...EVERYWHERE, ...SPEC_HABITS],
      'no-restricted-imports': ['error', { paths: ['node:timers/promises', 'timers/promises'].map(name => ({ name, message: 'A sleep is a guess: wait for the condition with waitFor() of @cadastre/testing/wait.' })) }],
      // A describe is a chapter, not a function; the file's own limit holds.
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);
