import { langOf, type Lang } from '@cadastre/platform/locale';
import { environment } from '../../shared/environment.ts';
import type { GlobalOptions } from '../../shared/session.ts';
import { verifyBundle, type Say } from './bundle.ts';
import { meaningOf } from './reasons.ts';
import { Fails } from './shape.ts';

export interface VerifyOptions extends GlobalOptions {
  /** Without it nothing is verified: a verdict too, since exit 2 of any other verb means wrong use, and here a loss. */
  readonly trust?: string;
}

const WORDS: Readonly<Record<Lang, Readonly<Record<Parameters<Say>[0] | 'because' | 'not', string>>>> = {
  fr: {
    trust: 'Journal auquel vous faites confiance :', global: 'Point de contrôle général, signé :', cosigned: 'Cosigné, à l’heure du témoin :', quorum: 'Quorum des témoins : atteint.', nobody: 'ATTENTION : votre fichier de confiance ne demande aucun témoin.',
    log: 'Journal, signé et inclus dans le journal général :', events: 'Événements authentiques, dans l’ordre, sans lacune :', late: 'Enregistrés plus de 120 s après leur acte :', period: 'Période entière :', stamp: 'Horodatage ; sa signature se vérifie par :',
    pruned: 'Élagués selon la durée de conservation, avant le numéro :', gap: 'Origine antérieure, perdue :', because: 'Parce que :',
    not: 'Non prouvé : que les événements disent vrai ; que chaque acte a le sien ; les instants, au-delà des témoins et de l’horodatage ; les vues ; la signature de l’autorité ; qu’aucun autre dossier n’existe sous une autre clé.',
  },
  en: {
    trust: 'Log that you trust:', global: 'Global checkpoint, signed:', cosigned: 'Cosigned, by the witness’s clock:', quorum: 'Quorum of witnesses: met.', nobody: 'WARNING: your trust file asks for no witness.',
    log: 'Log, signed and included in the global log:', events: 'Events that are authentic, in order, without a gap:', late: 'Recorded more than 120 s after their act:', period: 'Whole period:', stamp: 'Timestamp; its signature is verified by:',
    pruned: 'Pruned under the retention policy, before number:', gap: 'Earlier origin, lost:', because: 'Because:',
    not: 'Not proven: that the events are true; that each act has its own; the instants, beyond witnesses and timestamps; the views; the signature of the authority; that no other bundle exists under another key.',
  },
};
// Whatever comes from a bundle may try to speak to a terminal.
const shown = (text: string): string => text.slice(0, 500).replace(/[^ -~\u00a1-\u024f]/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** `cadastre audit verify`: the verdict of docs/audit-bundle.md, as its last line and exit code (0 OK, 1 FAIL, 2 DISCONTINUITY). No server is asked. */
export const verifyAudit = async (file: string, options: VerifyOptions): Promise<void> => {
  const lang = langOf(environment, options.lang);
  const json = options.output === 'json';
  const found: { word: string; about: string }[] = [];
  const say: Say = (word, about) => { found.push({ word, about: shown(about) }); if (!json) process.stdout.write(`${WORDS[lang][word]} ${shown(about)}`.trimEnd() + '\n'); };
  const end = (word: string, about: string, code: number, because?: string): void => {
    const verdict = `${word} ${about.replace(/[^ -~]/g, '?')}`;
    process.stdout.write(json ? `${JSON.stringify({ verdict, because, found })}\n` : `verdict: ${verdict}\n`);
    process.exitCode = code;
  };
  if (options.trust === undefined) {
    const because = meaningOf('usage', lang);
    if (!json) process.stdout.write(`${because}\n`);
    end('FAIL', 'usage', 1, because);
    return;
  }
  try {
    const { word, about } = await verifyBundle(options.trust, file, say);
    if (!json) process.stdout.write(`${WORDS[lang].not}\n`);
    end(word, about, word === 'OK' ? 0 : 2);
  } catch (error) {
    const reason = error instanceof Fails ? error.reason : 'internal';
    const because = `${meaningOf(reason, lang)} (${shown(error instanceof Error ? error.message : String(error))})`;
    if (!json) process.stdout.write(`${WORDS[lang].because} ${because}\n`);
    end('FAIL', reason, 1, because);
  }
};
