// @ts-check
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checksum } from './checksum.mjs';
import { run } from './command.mjs';

const GENERATED = join('libs', 'store', 'src', 'generated');

/** @param {string} root */
function wanted(root) {
  return checksum([join(root, 'prisma', 'schema.prisma'), join(root, 'node_modules', 'prisma', 'package.json')]);
}

/** True when the client on disk was made from this schema by this Prisma. @param {string} root */
export function isGenerated(root) {
  const path = join(root, GENERATED, '.checksum');
  return existsSync(path) && readFileSync(path, 'utf8') === wanted(root);
}

/** @param {string} root @param {string} node the pinned Node */
export async function generate(root, node) {
  // Prisma's CLI would download an engine that generating does not use; naming any executable keeps it from doing so.
  const idle = ['/bin/true', '/usr/bin/true'].find((path) => existsSync(path)) ?? process.execPath;
  await run(node, [join('node_modules', 'prisma', 'build', 'index.js'), 'generate', '--schema', join('prisma', 'schema.prisma'), '--no-hints'], {
    cwd: root,
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: idle, PRISMA_HIDE_UPDATE_MESSAGE: '1', CHECKPOINT_DISABLE: '1' },
    remedy: 'Does prisma/schema.prisma hold an error? The lines above name it.',
  });
  mkdirSync(join(root, GENERATED), { recursive: true });
  writeFileSync(join(root, GENERATED, '.checksum'), wanted(root));
}
