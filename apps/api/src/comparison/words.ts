import type { Criterion } from '@cadastre/domain/comparison';
import type { Lang } from '@cadastre/platform/locale';

/** The fixed words of the note; what has numbers in it is in note.ts, what the law and the warnings say is the problems' own sentence. */
export interface Words {
  readonly title: string;
  readonly criteria: Readonly<Record<Criterion, string>>;
  readonly purpose: Readonly<Record<'TRAINING' | 'INFERENCE' | 'MIXED', string>>;
  readonly tenantClass: Readonly<Record<'PUBLIC_BODY' | 'RESEARCH' | 'PRIVATE' | 'CONSORTIUM', string>>;
  readonly dataClass: Readonly<Record<'ORDINARY' | 'PUBLIC_SENSITIVE' | 'HEALTH', string>>;
  readonly heading: Readonly<Record<'question' | 'result' | 'excluded' | 'scores' | 'measures' | 'cost' | 'sensitivity' | 'watch' | 'assumptions', string>>;
  readonly head: Readonly<Record<'criterion' | 'weight' | 'total' | 'measure' | 'year' | 'gpus' | 'it' | 'dataIn' | 'dataOut' | 'share' | 'first' | 'beyond', string>>;
  readonly measure: Readonly<Record<'capacity' | 'afterLoss' | 'carriers' | 'latency' | 'links' | 'response' | 'power' | 'cost' | 'carbon', string>>;
  readonly assumption: Readonly<Record<'energy' | 'hosting' | 'traffic' | 'grid' | 'declared' | 'intro', string>>;
  readonly text: {
    readonly asks: (purpose: string, whose: string, from: number, to: number) => string;
    readonly law: (jurisdictions: string, certifications: string, data: string) => string;
    readonly response: (skill: string, limit: string) => string;
    readonly any: string;
    readonly nobody: string;
    readonly nothing: string;
    readonly winner: (name: string, total: string, next: string) => string;
    readonly level: (names: string) => string;
    readonly alone: (name: string) => string;
    readonly none: string;
    readonly dominant: string;
    readonly notDominant: string;
    readonly scale: string;
    readonly costs: string;
    readonly range: (from: string, to: string) => string;
    readonly always: string;
    readonly below: (at: string, who: string) => string;
    readonly above: (at: string, who: string) => string;
    readonly flip: (criterion: string, from: string, at: string, direction: 'LESS' | 'MORE', who: string) => string;
    readonly noFlip: string;
    readonly exact: string;
    readonly of: (needed: string, available: string) => string;
    readonly outOf: (have: string, need: string) => string;
  };
}

const fr: Words = {
  title: 'Note de décision : où placer « {name} »',
  criteria: { CONNECTIVITY: 'Connectivité', STAFF: 'Personnel', POWER: 'Puissance', LAW: 'Droit', PRICE: 'Prix', CARBON: 'Carbone' },
  purpose: { TRAINING: 'entraînement', INFERENCE: 'inférence', MIXED: 'entraînement et inférence' },
  tenantClass: { PUBLIC_BODY: 'un organisme public', RESEARCH: 'la recherche', PRIVATE: 'une organisation privée', CONSORTIUM: 'un consortium' },
  dataClass: { ORDINARY: 'données ordinaires', PUBLIC_SENSITIVE: 'données publiques sensibles', HEALTH: 'données de santé' },
  heading: {
    question: 'La question', result: 'Le résultat', excluded: 'Sites écartés par le droit', scores: 'Les notes', measures: 'D’où viennent les notes', cost: 'Le prix à mesure que l’usage croît',
    sensitivity: 'Ce que les poids y font', watch: 'À surveiller', assumptions: 'Ce qui est supposé',
  },
  head: {
    criterion: 'Critère', weight: 'Poids', total: 'Total', measure: 'Mesure', year: 'Année', gpus: 'GPU', it: 'Puissance IT', dataIn: 'Entrées par mois', dataOut: 'Sorties par mois', share: 'Part aujourd’hui',
    first: 'Reste premier', beyond: 'Au-delà',
  },
  measure: {
    capacity: 'Débit vers l’extérieur', afterLoss: 'Débit après la perte d’un opérateur', carriers: 'Opérateurs distincts', latency: 'Latence (aller-retour)', links: 'Prix des liens par mois',
    response: 'Pire délai avant quelqu’un sur place', power: 'Puissance demandée au site / contrat libre, {year}', cost: 'Coût sur toute la période', carbon: 'Carbone sur toute la période',
  },
  assumption: {
    energy: 'électricité {value} le MWh', hosting: 'hébergement {value} par kW et par mois', traffic: 'trafic sortant {value} le To', grid: 'réseau {value} gCO2e par kWh', declared: 'Déclaré dans le modèle, et marqué comme supposé :',
    intro: 'Les poids, la croissance de l’usage et ces valeurs sont de celui qui pose la question : le modèle ne les connaît pas, et la réponse en dépend.',
  },
  text: {
    asks: (purpose, whose, from, to) => `Usage : ${purpose}, pour ${whose}, de ${String(from)} à ${String(to)}.`,
    law: (jurisdictions, certifications, data) => `Droit demandé : ${jurisdictions} ; certifications : ${certifications} ; ${data}.`,
    response: (skill, limit) => `Intervention sur place : compétence ${skill}, délai voulu ${limit}.`,
    any: 'indifférent', nobody: 'personne', nothing: 'aucune',
    winner: (name, total, next) => `**${name}** vient en premier, avec ${total} sur 1 000${next}.`,
    level: names => `À égalité exacte : ${names}. L’ordre entre eux est celui de leur code, et ne dit rien.`,
    alone: name => `Seul **${name}** reste : rien ne le départage.`,
    none: 'Aucun site ne peut recevoir cette charge.',
    dominant: 'Il n’est moins bon que les autres sur aucun critère : il vient en premier quels que soient les poids.',
    notDominant: 'Un autre site est meilleur que lui sur au moins un critère : le résultat dépend des poids.',
    scale: 'Sur 1 000 : autant que le meilleur des sites admis, ou que ce qui est demandé. Puissance : 500 quand le contrat suffit exactement, 1 000 au double.',
    costs: 'Électricité (IT × PUE, toute l’année), hébergement et trafic sortant ; sans les liens, qui comptent dans la connectivité.',
    range: (from, to) => `de ${from} à ${to}`, always: 'quel que soit le poids',
    below: (at, who) => `sous ${at} : ${who}`, above: (at, who) => `au-dessus de ${at} : ${who}`,
    flip: (criterion, from, at, direction, who) => `Le plus petit changement qui renverse le résultat : **${criterion}**, de ${from} à ${direction === 'LESS' ? 'moins' : 'plus'} de ${at} ; **${who}** vient alors en premier.`,
    noFlip: 'Changer un seul poids, autant qu’on veut, ne change pas qui est premier.',
    exact: 'Chaque ligne fait varier un poids, les autres gardant leurs proportions. Les bornes sont exactes, arrondies vers l’intérieur.',
    of: (needed, available) => `${needed} / ${available}`, outOf: (have, need) => `${have} (voulu : ${need})`,
  },
};

const en: Words = {
  title: 'Decision note: where to place "{name}"',
  criteria: { CONNECTIVITY: 'Connectivity', STAFF: 'Staff', POWER: 'Power', LAW: 'Law', PRICE: 'Price', CARBON: 'Carbon' },
  purpose: { TRAINING: 'training', INFERENCE: 'inference', MIXED: 'training and inference' },
  tenantClass: { PUBLIC_BODY: 'a public body', RESEARCH: 'research', PRIVATE: 'a private organisation', CONSORTIUM: 'a consortium' },
  dataClass: { ORDINARY: 'ordinary data', PUBLIC_SENSITIVE: 'sensitive public data', HEALTH: 'health data' },
  heading: {
    question: 'The question', result: 'The result', excluded: 'Sites that the law shuts out', scores: 'The scores', measures: 'What the scores are made of', cost: 'The price as use grows',
    sensitivity: 'What the weights do to it', watch: 'To watch', assumptions: 'What is assumed',
  },
  head: {
    criterion: 'Criterion', weight: 'Weight', total: 'Total', measure: 'Measure', year: 'Year', gpus: 'GPUs', it: 'IT power', dataIn: 'In a month', dataOut: 'Out a month', share: 'Share today', first: 'Stays first',
    beyond: 'Beyond',
  },
  measure: {
    capacity: 'Capacity to the outside', afterLoss: 'Capacity after the loss of a carrier', carriers: 'Distinct carriers', latency: 'Latency (round trip)', links: 'Price of the links a month',
    response: 'Worst wait for somebody on site', power: 'Power needed of the site / contract left, {year}', cost: 'Cost over all years', carbon: 'Carbon over all years',
  },
  assumption: {
    energy: 'electricity {value} a MWh', hosting: 'hosting {value} a kW and month', traffic: 'outgoing traffic {value} a TB', grid: 'grid {value} gCO2e a kWh', declared: 'Declared in the model, and marked as assumed:',
    intro: 'The weights, the growth of use and these values are of whoever asks: the model does not know them, and the answer depends on them.',
  },
  text: {
    asks: (purpose, whose, from, to) => `Use: ${purpose}, for ${whose}, from ${String(from)} to ${String(to)}.`,
    law: (jurisdictions, certifications, data) => `Law asked for: ${jurisdictions}; certifications: ${certifications}; ${data}.`,
    response: (skill, limit) => `Somebody on site: skill ${skill}, wanted within ${limit}.`,
    any: 'any', nobody: 'nobody', nothing: 'none',
    winner: (name, total, next) => `**${name}** comes first, with ${total} out of 1,000${next}.`,
    level: names => `Exactly level: ${names}. The order between them is that of their codes, and says nothing.`,
    alone: name => `Only **${name}** remains: there is nothing to tell it from.`,
    none: 'No site can take this workload.',
    dominant: 'It is no worse than the others on any criterion: it comes first whatever the weights.',
    notDominant: 'Another site is better on at least one criterion: the result depends on the weights.',
    scale: 'Out of 1,000: as good as the best of the admitted sites, or as what was asked for. Power: 500 when the contract is exactly enough, 1,000 at twice that.',
    costs: 'Electricity (IT × PUE, all the year round), hosting and outgoing traffic; without the links, which count under connectivity.',
    range: (from, to) => `from ${from} to ${to}`, always: 'whatever the weight',
    below: (at, who) => `below ${at}: ${who}`, above: (at, who) => `above ${at}: ${who}`,
    flip: (criterion, from, at, direction, who) => `The smallest change that turns the result: **${criterion}**, from ${from} to ${direction === 'LESS' ? 'less' : 'more'} than ${at}; **${who}** then comes first.`,
    noFlip: 'No single weight, however much it is moved, changes who is first.',
    exact: 'Each line moves one weight, the others keeping their proportions. The bounds are exact, rounded inwards.',
    of: (needed, available) => `${needed} / ${available}`, outOf: (have, need) => `${have} (wanted: ${need})`,
  },
};

export const WORDS: Readonly<Record<Lang, Words>> = { fr, en };
