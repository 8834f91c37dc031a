import { processEnvironment } from '@cadastre/platform/config';

/** The shell's variables that a person may set for the command line: CADASTRE_URL, CADASTRE_TOKEN, CADASTRE_STATE, CADASTRE_ISSUER, XDG_CONFIG_HOME and the locale. */
export const environment = processEnvironment();
