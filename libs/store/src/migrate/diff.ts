import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { NO_FILTERS, openEngine } from './engine.ts';

export const PRISMA_FOLDER = fileURLToPath(new URL('../../../../prisma/', import.meta.url));
export const SCHEMA_FILE = `${PRISMA_FOLDER}schema.prisma`;

/** SQL that builds the datamodel from nothing: what a new migration starts from. */
export const tablesFromSchema = async (url: string): Promise<string> => {
  const { engine, close } = await openEngine(url, SCHEMA_FILE);
  try {
    const out = await engine.diff({
      from: { tag: 'empty' },
      to: { tag: 'schemaDatamodel', files: [{ path: SCHEMA_FILE, content: await readFile(SCHEMA_FILE, 'utf8') }] },
      script: true,
      exitCode: null,
      filters: NO_FILTERS,
    });
    return out.stdout ?? '';
  } finally {
    await close();
  }
};
