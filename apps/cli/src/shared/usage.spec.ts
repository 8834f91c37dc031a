import { Command, CommanderError, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { faultOf, inWords } from './usage.ts';

const cli = (lang: 'fr' | 'en'): Command => {
  const program = inWords(new Command('cadastre'), lang).exitOverride().configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  program.command('export <what>').requiredOption('--from <instant>', 'début').addOption(new Option('--view <name...>', 'vues').choices(['cef', 'ocsf'])).option('--first <n>', 'combien', '50');
  return program;
};
const fault = (lang: 'fr' | 'en', ...typed: readonly string[]): string => {
  try {
    cli(lang).parse(typed, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return faultOf(error, lang, 'cadastre').split('\n')[0] ?? '';
    throw error;
  }
  return 'no fault';
};

describe('a wrong command line', () => {
  it.each([
    [['export', 'x', '--from', 'a', '--view', 'CEF'], '« CEF » ne convient pas à --view <name...> ; au choix : cef, ocsf.'],
    [['export', 'x'], 'Il manque l’option --from <instant>.'],
    [['export', '--from', 'a'], 'Il manque l’argument <what>.'],
    [['export', 'x', '--from'], 'L’option --from <instant> demande une valeur.'],
    [['export', 'x', '--from', 'a', '--form', 'b'], 'Option inconnue : --form. Peut-être --from ?'],
    [['exprot'], 'Commande inconnue : exprot. Peut-être export ?'],
    [['export', 'x', 'y', '--from', 'a'], 'Trop d’arguments.'],
  ] as const)('%j is told in French', (typed, said) => { expect(fault('fr', ...typed)).toBe(said); });

  it('is told in English as commander says it', () => {
    expect(fault('en', 'export', 'x')).toBe('Required option \'--from <instant>\' not specified');
  });
});

describe('help', () => {
  it('has its titles, choices and defaults in the language asked, in subcommands too', () => {
    const text = cli('fr').commands[0]?.helpInformation() ?? '';
    for (const part of ['Usage :', 'Options :', 'début (obligatoire)', 'vues (cef, ocsf)', 'combien (par défaut 50)', 'afficher cette aide']) expect(text).toContain(part);
    expect(cli('en').commands[0]?.helpInformation()).toContain('combien (default 50)');
  });
});
