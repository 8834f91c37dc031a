import type { Command, CommanderError, Option } from 'commander';
import type { Lang } from '@cadastre/platform/locale';

/** What commander says of a wrong command line, by its code; the words in quotes are what was typed or declared. */
const FAULTS: Readonly<Record<string, (named: readonly string[], message: string) => string>> = {
  'commander.unknownOption': ([option = '']) => `Option inconnue : ${option}.`,
  'commander.unknownCommand': ([command = '']) => `Commande inconnue : ${command}.`,
  'commander.missingArgument': ([argument = '']) => `Il manque l’argument <${argument}>.`,
  'commander.missingMandatoryOptionValue': ([option = '']) => `Il manque l’option ${option}.`,
  'commander.optionMissingArgument': ([option = '']) => `L’option ${option} demande une valeur.`,
  'commander.excessArguments': () => 'Trop d’arguments.',
  'commander.invalidArgument': ([option = '', given = ''], message) => {
    const choices = /Allowed choices are (.+)\.$/.exec(message)?.[1];
    return `« ${given} » ne convient pas à ${option}${choices === undefined ? '.' : ` ; au choix : ${choices}.`}`;
  },
};

/** The sentence for a wrong command line, in the language asked. */
export const faultOf = ({ code, message }: CommanderError, lang: Lang, command: string): string => {
  const help = `${command} --help`;
  if (lang === 'en') return `${message.replace(/^error: /, '').replace(/^./, c => c.toUpperCase())}\n→ ${help}`;
  const named = [...message.matchAll(/'([^']*)'/g)].map(([, word = '']) => word);
  const meant = /\(Did you mean (?:one of )?([^?)]+)\?\)/.exec(message)?.[1];
  return `${FAULTS[code]?.(named, message) ?? message}${meant === undefined ? '' : ` Peut-être ${meant} ?`}\n→ ${help}`;
};

const TITLES: Readonly<Record<string, string>> = { 'Usage:': 'Usage :', 'Arguments:': 'Arguments :', 'Options:': 'Options :', 'Commands:': 'Commandes :' };

const describe = ({ description, argChoices, defaultValue, mandatory }: Option, lang: Lang): string => {
  const values = argChoices === undefined ? [] : [argChoices.join(', ')];
  const standard = typeof defaultValue === 'string' ? [`${lang === 'fr' ? 'par défaut' : 'default'} ${defaultValue}`] : [];
  const needed = mandatory ? [lang === 'fr' ? 'obligatoire' : 'required'] : [];
  const more = [...values, ...standard, ...needed].join(' ; ');
  return [description, more === '' ? '' : `(${more})`].filter(part => part !== '').join(' ');
};

/** Help and faults in the language asked; subcommands that are made afterwards take it over. Nothing is printed on a fault: `faultOf` says it. */
export const inWords = (program: Command, lang: Lang): Command =>
  program
    .configureOutput({ outputError: () => undefined })
    .helpOption('-h, --help', lang === 'fr' ? 'afficher cette aide' : 'show this help')
    .helpCommand('help [command]', lang === 'fr' ? 'l’aide d’une commande' : 'help of a command')
    .configureHelp({ styleTitle: title => (lang === 'fr' ? (TITLES[title] ?? title) : title), optionDescription: option => describe(option, lang) });
