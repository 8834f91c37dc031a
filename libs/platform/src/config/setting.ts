import type { z } from 'zod';

/** One key of the environment: what it means, what it accepts, and what to do when it is wrong. */
export interface Setting<Schema extends z.ZodType = z.ZodType> {
  readonly key: string;
  readonly schema: Schema;
  /** One sentence with units, for the person who runs the process; docs/configuration.md is generated from it. */
  readonly about: string;
  /** Completes "accepts …". */
  readonly accepts: string;
  /** A whole sentence that says where the right value comes from. */
  readonly remedy: string;
  /** `all`: the value is never shown. `url`: the password inside a URL is not. */
  readonly secret?: 'all' | 'url';
  /** Text used when the key is unset or empty. Without it the key is required, unless the schema accepts undefined. */
  readonly fallback?: string;
}

export const setting = <Schema extends z.ZodType>(of: Setting<Schema>): Setting<Schema> => of;

/** What a process accepts, field by field. */
export type Settings = Readonly<Record<string, Setting>>;
export type Loaded<S extends Settings> = { readonly [Field in keyof S]: z.output<S[Field]['schema']> };

/** Rules that hold between keys: each answers the faults it finds. */
export interface ConfigDescription<S extends Settings> {
  readonly process: string;
  readonly settings: S;
  readonly rules?: readonly ((config: Loaded<S>) => readonly { readonly field: keyof S & string; readonly because: string }[])[];
}
