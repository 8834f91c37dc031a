import { developmentToken } from '../shared/issuer.ts';
import { EXIT, Stop } from '../shared/exit.ts';
import { findRunFile, type GlobalOptions } from '../shared/session.ts';
import { langOf } from '@cadastre/platform/locale';
import { say } from '../shared/words.ts';
import { environment } from '../shared/environment.ts';

/** `cadastre token --user NAME`: prints a development token and nothing else, for `curl` and scripts. */
export const token = async (options: GlobalOptions): Promise<void> => {
  const lang = langOf(environment, options.lang);
  if (options.user === undefined) throw new Stop(EXIT.usage, say(lang, 'noToken'));
  process.stdout.write(`${await developmentToken(options.user, findRunFile(environment), lang)}\n`);
};
