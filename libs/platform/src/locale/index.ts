/** Languages a person reads: French first, English when asked for. */
export type Lang = 'fr' | 'en';

/** From a flag, else POSIX locale variables in their order of precedence; anything that is not English is French. */
export const langOf = (env: Readonly<Record<string, string | undefined>>, flag?: string): Lang => {
  const said = flag ?? env['LC_ALL'] ?? env['LC_MESSAGES'] ?? env['LANG'] ?? '';
  return said.toLowerCase().startsWith('en') ? 'en' : 'fr';
};
