// @ts-check
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

/** Code that must be refused: where it would stand, and how the refusal begins. @typedef {{as: string, code: string, refused: string}} Bite */

/** @type {readonly Bite[]} */
export const BITES = [
  { as: 'libs/domain/src/rack/x.ts', code: 'export const at = new Date();', refused: 'Time comes in' },
  { as: 'libs/domain/src/rack/x.ts', code: 'export const at = Date.now();', refused: 'Time comes in' },
  { as: 'libs/domain/src/rack/x.ts', code: 'export const at = Date();', refused: 'Time comes in' },
  { as: 'libs/domain/src/rack/x.ts', code: 'export const at = performance.now();', refused: 'Time comes in' },
  { as: 'libs/domain/src/rack/x.ts', code: 'export const luck = Math.random();', refused: 'Chance comes in' },
  { as: 'libs/domain/src/rack/x.ts', code: 'export const id = globalThis.crypto.randomUUID();', refused: 'Ids come in' },
  { as: 'libs/domain/src/rack/x.ts', code: 'export const home = process.env["HOME"];', refused: 'The environment is read once' },
  { as: 'libs/domain/src/rack/x.ts', code: 'setTimeout(() => undefined, 5);', refused: 'libs/domain is pure' },
  { as: 'libs/domain/src/rack/x.ts', code: 'console.log(1);', refused: 'libs/domain is pure' },
  { as: 'libs/tlog/src/note/x.ts', code: 'export const nonce = crypto.getRandomValues(new Uint8Array(8));', refused: 'libs/domain is pure' },
  { as: 'apps/api/src/rack/x.ts', code: 'export const home = process.env["HOME"];', refused: 'The environment is read once' },
  { as: 'apps/cli/src/get/x.ts', code: 'export const home = process.env["HOME"];', refused: 'The environment is read once' },
  { as: 'apps/api/src/rack/x.ts', code: 'export const f = (db: {$transaction(g: () => void): void}) => db.$transaction(() => undefined);', refused: 'commit() of @cadastre/store/commit' },
  { as: 'libs/store/src/rack/x.ts', code: 'export const f = (db: {query(s: string): void}) => db.query("BEGIN");', refused: 'commit() of @cadastre/store/commit' },
  { as: 'libs/store/src/rack/x.ts', code: 'export const f = (db: {query(s: string): void}) => db.query(`begin isolation level serializable`);', refused: 'commit() of @cadastre/store/commit' },
  { as: 'apps/api/src/rack/x.ts', code: 'console.log(1);', refused: 'Unexpected console statement' },
  { as: 'apps/api/src/rack/x.ts', code: 'export const x: any = 1;', refused: 'Unexpected any' },
  { as: 'apps/api/src/rack/x.ts', code: 'export class RackManager { readonly a = 1; }', refused: 'Manager, Helper and Util say nothing' },
  { as: 'apps/api/src/rack/x.ts', code: 'export const rackHelper = 1;', refused: 'Manager, Helper and Util say nothing' },
  { as: 'apps/api/src/rack/rack-utils.ts', code: 'export const x = 1;', refused: '"rack-utils.ts" says nothing' },
  { as: 'apps/api/src/rack/x.ts', code: 'import { y } from "./y"; export const x = y;', refused: 'Node runs this file as it is' },
  { as: 'apps/api/src/rack/x.ts', code: 'export * from "..";', refused: 'Node runs this file as it is' },
  { as: 'apps/api/src/rack/x.ts', code: 'export class X { a: number; constructor(a: number, b: number, c: number, d: number, e: number, f: number) { this.a = a + b + c + d + e + f; } }', refused: 'More than five dependencies' },
  { as: 'apps/api/src/rack/x.ts', code: 'export enum X { A }', refused: 'Node strips types and cannot strip an enum' },
  { as: 'apps/api/src/rack/x.ts', code: 'export class X { constructor(readonly a: number) {} }', refused: 'Node strips types and cannot strip a parameter property' },
  { as: 'apps/api/src/rack/x.ts', code: '/* eslint-disable no-console */\nconsole.log(1);', refused: 'Say why after' },
  { as: 'apps/api/src/rack/x.ts', code: '// eslint-disable-next-line -- because I am in a hurry today\nconsole.log(1);', refused: 'Name the rule' },
  { as: 'apps/api/src/rack/x.ts', code: '// eslint-disable-next-line no-console -- nothing to see here any more\nexport const x = 1;', refused: 'Unused eslint-disable directive' },
  { as: 'apps/api/src/rack/x.ts', code: `// ${'TO'}DO later\nexport const x = 1;`, refused: "Unexpected 'todo' comment" },
  { as: 'apps/api/src/rack/x.ts', code: `export const x = 1;\n${'//\n'.repeat(400)}`, refused: 'File has too many lines' },
  { as: 'apps/api/src/rack/x.ts', code: `export const f = (n: number): number => {\n${'  n += 1;\n'.repeat(60)}  return n;\n};`, refused: 'Arrow function has too many lines' },
  { as: 'apps/api/src/rack/x.spec.ts', code: 'it.skip("x", () => undefined);', refused: 'A test runs or does not exist' },
  { as: 'apps/api/src/rack/x.spec.ts', code: 'describe.only("x", () => undefined);', refused: 'A test runs or does not exist' },
  { as: 'apps/api/src/rack/x.spec.ts', code: 'it.todo("x");', refused: 'A test runs or does not exist' },
  { as: 'apps/api/src/rack/x.spec.ts', code: 'export const f = () => new Promise(r => setTimeout(r, 50));', refused: 'A sleep is a guess' },
  { as: 'apps/api/src/rack/x.spec.ts', code: 'import { setTimeout as nap } from "node:timers/promises"; export const f = nap;', refused: "'node:timers/promises' import is restricted from being used. A sleep is a guess" },
  { as: 'apps/api/src/rack/x.spec.ts', code: 'vi.mock("../y.ts");', refused: 'What we own is not mocked' },
];

/** What is like the above and must pass: a rule that bites everything is switched off within a week. @type {readonly Omit<Bite, 'refused'>[]} */
export const PEACE = [
  { as: 'libs/domain/src/rack/x.ts', code: 'export const at = (t: string) => new Date(t);' },
  { as: 'libs/domain/src/rack/x.ts', code: 'export const f = (x: { process: string; fetch: number }) => x.process + String(x.fetch);' },
  { as: 'libs/platform/src/config/environment.ts', code: 'export const env = process.env;' },
  { as: 'apps/local/src/x.ts', code: 'export const env = process.env; console.log(1);' },
  { as: 'apps/cli/src/x.ts', code: 'console.log(1);' },
  { as: 'libs/store/src/pool/x.ts', code: 'export const f = (db: {query(s: string): void}) => db.query("BEGIN");' },
  { as: 'apps/api/src/rack/x.ts', code: '// eslint-disable-next-line no-console -- the line is read by a person at start-up\nconsole.log(1);' },
  { as: 'apps/api/src/rack/x.ts', code: 'import { y } from "./y.ts"; import { z } from "@cadastre/domain/rack"; export const x = [y, z];' },
  { as: 'apps/api/src/rack/x.spec.ts', code: 'it("x", () => undefined); export const env = process.env["CADASTRE_TEST_PG_URL"];' },
];

/** The messages that ESLint has for code standing at a path. Without types: files that do not exist have none. @param {string} root */
export const linter = root => {
  const eslint = new ESLint({
    cwd: root,
    overrideConfig: [tseslint.configs.disableTypeChecked, { languageOptions: { parserOptions: { projectService: false } } }],
  });
  /** @param {Omit<Bite, 'refused'>} text @returns {Promise<string[]>} */
  return async text => {
    const results = await eslint.lintText(text.code, { filePath: text.as });
    return results.flatMap(result => result.messages.map(message => message.message));
  };
};
