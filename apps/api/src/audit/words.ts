import type { OpenedValue } from '@cadastre/platform/keeper';
import type { Lang } from '@cadastre/platform/locale';

type Unreadable = Exclude<OpenedValue['state'], 'READABLE'> | 'WITHHELD';

/** What stands in the place of a personal value that cannot be shown. */
export const WORDS: Readonly<Record<Lang, Readonly<Record<Unreadable, string>>>> = {
  fr: {
    ERASED: '[effacé — art. 17]',
    NOT_RECORDED: '[non enregistré — gardien des clés injoignable]',
    KEEPER_AWAY: '[illisible pour l’instant — gardien des clés injoignable]',
    UNREADABLE: '[illisible — clé inconnue ou valeur altérée]',
    WITHHELD: '[réservé aux auditeurs du fournisseur]',
  },
  en: {
    ERASED: '[erased — art. 17]',
    NOT_RECORDED: '[not recorded — keeper of keys away]',
    KEEPER_AWAY: '[unreadable for now — keeper of keys away]',
    UNREADABLE: '[unreadable — unknown key or altered value]',
    WITHHELD: '[for the provider\'s auditors only]',
  },
};
