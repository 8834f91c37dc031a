// @ts-check
// generates: apps/api/tenant.graphql apps/api/provider.graphql apps/api/src/generated/tenant.ts apps/api/src/generated/provider.ts
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { codegen } from '@graphql-codegen/core';
import * as typescript from '@graphql-codegen/typescript';
import { mergeTypeDefs } from '@graphql-tools/merge';
import { buildASTSchema, parse, printSchema, lexicographicSortSchema } from 'graphql';

const SOURCE = 'apps/api/src';
mkdirSync(`${SOURCE}/generated`, { recursive: true });

for (const door of ['tenant', 'provider']) {
  // `<noun>.graphql` is in both doors, `<noun>.<door>.graphql` in one.
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .filter(f => f.endsWith('.graphql'))
    .filter(f => !/\.(tenant|provider)\.graphql$/.test(f) || f.endsWith(`.${door}.graphql`))
    .sort();
  const merged = mergeTypeDefs(files.map(f => parse(readFileSync(`${SOURCE}/${f}`, 'utf8'))));
  const schema = lexicographicSortSchema(buildASTSchema(merged));
  writeFileSync(`apps/api/${door}.graphql`, `# The schema of the ${door} door, merged from ${SOURCE} by tools/generate/schema.mjs: a change here is a change of the API.\n\n${printSchema(schema)}\n`);
  const types = await codegen({
    schema: parse(printSchema(schema)), documents: [], filename: 'types.ts', pluginMap: { typescript }, plugins: [{ typescript: {} }],
    config: { enumsAsTypes: true, immutableTypes: true, useTypeImports: true, maybeValue: 'T | null', inputMaybeValue: 'T | null | undefined', scalars: { DateTime: 'string', ID: 'string', SafeInt: 'number' }, onlyOperationTypes: false, skipTypename: false },
  });
  writeFileSync(`${SOURCE}/generated/${door}.ts`, `// Generated from apps/api/${door}.graphql by tools/generate/schema.mjs.\n${types.trimEnd()}\n`);
}
