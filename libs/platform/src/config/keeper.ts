import { env, healthPort, host, logLevel, version } from './common.ts';
import type { ConfigDescription, Loaded, Settings } from './setting.ts';
import { setting } from './setting.ts';
import { filePath, port, urlOf } from './values.ts';

const describe = <S extends Settings>(of: ConfigDescription<S>): ConfigDescription<S> => of;

const tokenFile = {
  key: 'CADASTRE_KEEPER_TOKEN_FILE',
  about: 'Path of the file whose one line is the bearer token between the keeper of subject keys and those who ask it.',
  accepts: 'the path of a readable file of one line of 32 characters or more',
  remedy: 'draw it once at random (openssl rand -hex 32) and let the keeper, the doors and the notary read it, nobody else.',
} as const;

/** Of the doors, which seal and show personal values of events, and of the notary, which finishes erasures. */
export const keeperClient = {
  keeperUrl: setting({
    key: 'CADASTRE_KEEPER_URL',
    schema: urlOf('http:', 'https:').optional(),
    about: 'Where the keeper of subject keys answers. Without it events carry no personal values at all: nobody can be named, and there is nothing to erase.',
    accepts: 'an http:// or https:// URL',
    remedy: 'set it to the address that the keeper logs when it starts.',
  }),
  keeperTokenFile: setting({ ...tokenFile, schema: filePath.optional() }),
} as const;

/** Either both or none. */
export const keeperHasToken = (c: Loaded<typeof keeperClient>): readonly { readonly field: 'keeperTokenFile'; readonly because: string }[] =>
  (c.keeperUrl === undefined) === (c.keeperTokenFile === undefined)
    ? []
    : [{ field: 'keeperTokenFile', because: 'CADASTRE_KEEPER_URL and CADASTRE_KEEPER_TOKEN_FILE belong together: the keeper answers nobody without its token.' }];

/** Holds one key a person, so that to destroy it is to erase what events say of that person, wherever copies of the events are. */
export const keeperConfig = describe({
  process: 'the keeper',
  settings: {
    env,
    host,
    logLevel,
    version,
    keeperPort: setting({
      key: 'CADASTRE_KEEPER_PORT',
      schema: port,
      about: 'TCP port of the keeper; 0 asks the system for a free one.',
      accepts: 'a whole number from 0 to 65535',
      remedy: 'choose a free port that only the doors and the notary can reach.',
    }),
    keeperTokenFile: setting({ ...tokenFile, schema: filePath }),
    keeperDirectory: setting({
      key: 'CADASTRE_KEEPER_DIRECTORY',
      schema: filePath,
      about: 'Folder of the subject keys, on an encrypted volume of its own: never in the database, and never in the same backup as the database.',
      accepts: 'the path of a folder; it is made with rights 0700 if it is not there',
      remedy: 'choose a folder that only this process can read; docs/operations.md says how to back it up.',
    }),
    healthPort,
  },
});

export type KeeperConfig = Loaded<typeof keeperConfig.settings>;
