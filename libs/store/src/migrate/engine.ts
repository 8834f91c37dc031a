import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm';

type EngineClass = typeof SchemaEngine;
type Exports = Readonly<Record<string, unknown>>;
interface Background {
  __wbg_set_wasm(exports: Exports): void;
  SchemaEngine: EngineClass;
}
// TypeScript knows WebAssembly from the browser's library only, which would bring window and document into this project.
interface Wasm {
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(module: object, imports: Readonly<Record<string, Background>>): Promise<{ readonly exports: Exports }>;
}

// The native schema engine is a download, which a closed network refuses; the same engine compiled to WebAssembly is an
// ordinary npm package. Its own entry point reads the .wasm through a bundler's import, hence the instantiation by hand.
const loadEngineClass = async (): Promise<EngineClass> => {
  const entry = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const background = (await import(entry)) as Background;
  const { WebAssembly: wasm } = globalThis as unknown as { readonly WebAssembly: Wasm };
  const module = await wasm.compile(await readFile(join(dirname(entry), 'schema_engine_bg.wasm')));
  const instance = await wasm.instantiate(module, { './schema_engine_bg.js': background });
  background.__wbg_set_wasm(instance.exports);
  // Exported by wasm-bindgen's own glue: registers its object table before first use.
  const start = instance.exports['__wbindgen_start'];
  if (typeof start === 'function') (start as () => void)();
  return background.SchemaEngine;
};

let loaded: Promise<EngineClass> | undefined;

export interface Migrator {
  readonly engine: SchemaEngine;
  /** What PostgreSQL said to the script that failed last; the engine itself only knows that something did. */
  scriptError(): Error | undefined;
  close(): Promise<void>;
}

// The adapter's own executeScript cuts a script at every `;` (also inside a function's body or a comment) and sends the pieces over
// whichever connection is free. One simple query keeps functions whole and makes each migration atomic: PostgreSQL runs it as
// one implicit transaction.
const wholeScripts = (pool: pg.Pool, failed: (error: Error) => void): PrismaPg => {
  const factory = new PrismaPg(pool);
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = await connect();
    adapter.executeScript = async script => {
      await pool.query(script).catch((error: unknown) => {
        if (error instanceof Error) failed(error);
        throw error;
      });
    };
    return adapter;
  };
  return factory;
};

/**
 * Prisma's schema engine on one database. `options` are PostgreSQL start-up options, for example `-c role=cadastre_migrate`
 * so that the tables belong to the migrating role whoever connects.
 */
export const openEngine = async (url: string, schemaPath: string, options = ''): Promise<Migrator> => {
  // Once per process: the glue keeps one memory for all engines, and a second instance would leave the first one's pointers dangling.
  const Engine = await (loaded ??= loadEngineClass());
  const pool = new pg.Pool({ connectionString: url, options, application_name: 'cadastre-migrate' });
  let last: Error | undefined;
  const engine = await Engine.new(
    { datamodels: [[schemaPath, await readFile(schemaPath, 'utf8')]] },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(wholeScripts(pool, error => { last = error; })),
  );
  return {
    engine,
    scriptError: () => last,
    close: async () => {
      engine.free();
      await pool.end();
    },
  };
};

/** Nothing of the database is left out of a comparison. */
export const NO_FILTERS = { externalTables: [], externalEnums: [] };
