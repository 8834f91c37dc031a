// Not `config` whole: a command line has none, and reading that of every process took a third of a second of each verb.
import { processEnvironment } from '@cadastre/platform/config/environment';

/** The shell's variables that a person may set for the command line: CADASTRE_URL, CADASTRE_TOKEN, CADASTRE_STATE, CADASTRE_ISSUER, XDG_CONFIG_HOME and the locale. */
export const environment = processEnvironment();
