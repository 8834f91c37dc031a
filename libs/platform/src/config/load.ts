import { processEnvironment, type Environment } from './environment.ts';
import type { ConfigDescription, Loaded, Setting, Settings } from './setting.ts';

export interface ConfigFault {
  readonly key: string;
  /** As it may be shown: secrets masked, `unset` when there is none. */
  readonly value: string;
  readonly accepts: string;
  readonly remedy: string;
}

/** Start-up must stop: one sentence per faulty key, all of them at once so that a person mends them in one round. */
export class ConfigError extends Error {
  readonly faults: readonly ConfigFault[];
  constructor(process: string, faults: readonly ConfigFault[]) {
    super(faults.map(f => `${process} cannot start: ${f.key} is ${f.value}, but it accepts ${f.accepts}; ${f.remedy}`).join('\n'));
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

const MASK = '***';

/** A value as a person may see it. A URL whose shape is broken is not shown at all: its password could be anywhere. */
const shown = (of: Setting, value: string | undefined): string => {
  if (value === undefined || value === '') return 'unset';
  if (of.secret === 'all') return MASK;
  if (of.secret === undefined) return JSON.stringify(value);
  if (!URL.canParse(value)) return `${MASK} (not a URL)`;
  const url = new URL(value);
  if (url.password !== '') url.password = MASK;
  for (const name of url.searchParams.keys()) if (/pass|token|secret|key/i.test(name)) url.searchParams.set(name, MASK);
  return JSON.stringify(url.href);
};

const faultOf = (of: Setting, value: string | undefined, remedy = of.remedy): ConfigFault => ({
  key: of.key,
  value: shown(of, value),
  accepts: of.accepts,
  remedy,
});

/**
 * Reads what the description names and nothing else. An empty variable counts as unset, as in every shell's `${X:-default}`.
 * @throws ConfigError naming every key that is missing or wrong.
 */
export const loadConfig = <S extends Settings>(description: ConfigDescription<S>, env: Environment = processEnvironment()): Loaded<S> => {
  const faults: ConfigFault[] = [];
  const loaded: Record<string, unknown> = {};
  const given = (of: Setting): string | undefined => (env[of.key] === '' ? undefined : env[of.key]);
  for (const [field, of] of Object.entries(description.settings)) {
    const parsed = of.schema.safeParse(given(of) ?? of.fallback);
    if (parsed.success) loaded[field] = parsed.data;
    else faults.push(faultOf(of, given(of)));
  }
  if (faults.length > 0) throw new ConfigError(description.process, faults);

  const config = loaded as Loaded<S>;
  for (const rule of description.rules ?? []) {
    for (const { field, because } of rule(config)) {
      const of = description.settings[field];
      if (of !== undefined) faults.push(faultOf(of, given(of), because));
    }
  }
  if (faults.length > 0) throw new ConfigError(description.process, faults);
  return config;
};

/** EX_CONFIG of sysexits: a supervisor can tell "will never start like this" from a crash worth restarting. */
export const EXIT_CONFIG = 78;

/** `loadConfig` for a main file: says the sentences on stderr and ends the process with `EXIT_CONFIG`. */
export const configOrExit = <S extends Settings>(description: ConfigDescription<S>, env: Environment = processEnvironment()): Loaded<S> => {
  try {
    return loadConfig(description, env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_CONFIG);
  }
};
