import type { Lang } from '@cadastre/platform/locale';

const WORDS = {
  step: {
    RANGE: { fr: 'attend le battement qui clôt la période', en: 'waits for the heartbeat that closes the period' },
    WITNESS: { fr: 'attend les témoins', en: 'waits for the witnesses' },
    TIMESTAMP: { fr: 'demande l’horodatage', en: 'asks for the timestamp' },
    WRITE: { fr: 'écrit le dossier', en: 'writes the bundle' },
  },
  failed: { fr: (why: string) => `L’export n’a pas abouti : ${why}`, en: (why: string) => `The export did not succeed: ${why}` },
  noPeriod: { fr: 'Donnez le début de la période, par exemple --from 2h ou --from 2026-07-01, ou l’export à reprendre avec --id.', en: 'Give the beginning of the period, for example --from 2h or --from 2026-07-01, or the export to come back to with --id.' },
  cancelled: { fr: 'L’export a été annulé.', en: 'The export was cancelled.' },
  late: { fr: (id: string) => `L’export ${id} n’est pas fini ; il continue. Reprenez avec --id ${id}.`, en: (id: string) => `Export ${id} is not finished; it goes on. Come back with --id ${id}.` },
  damaged: { fr: (file: string) => `${file} n’a pas le SHA-256 annoncé : effacez-le et recommencez.`, en: (file: string) => `${file} does not have the SHA-256 that was announced: remove it and start again.` },
  refused: { fr: (status: string, why: string) => `Le téléchargement est refusé (${status}) : ${why}`, en: (status: string, why: string) => `The download is refused (${status}): ${why}` },
  written: { fr: (file: string, bytes: string) => `${file} : ${bytes} octets.`, en: (file: string, bytes: string) => `${file}: ${bytes} bytes.` },
  verify: { fr: (file: string) => `Vérifier : cadastre audit verify --trust CONFIANCE.txt ${file}`, en: (file: string) => `Verify: cadastre audit verify --trust TRUST.txt ${file}` },
  decrypt: { fr: (file: string) => `Déchiffrer d’abord : age -d -i CLÉ ${file} > ${file.replace(/\.age$/, '')}`, en: (file: string) => `Decrypt first: age -d -i KEY ${file} > ${file.replace(/\.age$/, '')}` },
} as const;

type Said = { readonly fr: string; readonly en: string };
export const stepWord = (lang: Lang, step: string): string => (WORDS.step as Readonly<Record<string, Said | undefined>>)[step]?.[lang] ?? step;
export const exportWords = (lang: Lang) => ({
  failed: WORDS.failed[lang], noPeriod: WORDS.noPeriod[lang], cancelled: WORDS.cancelled[lang], late: WORDS.late[lang], damaged: WORDS.damaged[lang], refused: WORDS.refused[lang], written: WORDS.written[lang], verify: WORDS.verify[lang], decrypt: WORDS.decrypt[lang],
});
