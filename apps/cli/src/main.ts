import { Command, CommanderError, Option } from 'commander';
import type { ApplyOptions } from './apply/apply.ts';
import type { AlarmsOptions, AnswerOptions } from './audit/alarms.ts';
import type { AccessOptions } from './audit/access.ts';
import type { ExportOptions, ListOptions } from './audit/export.ts';
import type { PlaceOptions } from './audit/holds.ts';
import type { LinesOptions } from './audit/lines.ts';
import type { VerifyOptions } from './audit/verify/verify.ts';
import type { ForecastOptions } from './forecast/forecast.ts';
import { NOUNS } from './get/nouns.ts';
import type { CreateOptions } from './instance/instance.ts';
import type { PlanOptions, ReadOptions } from './loadtarget/loadtarget.ts';
import type { LoginOptions } from './login/login.ts';
import type { EraseOptions } from './erasure/erasure.ts';
import type { ProposeOptions, ReadMandateOptions } from './mandate/mandate.ts';
import type { OffersOptions } from './offers/offers.ts';
import type { ReplayOptions } from './replay/replay.ts';
import type { TenancyOptions } from './report/tenancy.ts';
import { EXIT, Stop } from './shared/exit.ts';
import { instant, past } from './shared/quantities.ts';
import type { GlobalOptions } from './shared/session.ts';
import { withWish, type WishOptions } from './shared/wish.ts';
import { faultOf, inWords } from './shared/usage.ts';
import { langOf } from '@cadastre/platform/locale';
import type { InitOptions } from './witness/init.ts';
import type { ServeOptions } from './witness/serve.ts';
import type { CutOptions, MixingOptions, RacksOptions } from './whatif/whatif.ts';
import { environment } from './shared/environment.ts';

const lang = langOf(environment);
const t = (fr: string, en: string): string => (lang === 'fr' ? fr : en);
const date = (typed: string): string => instant(typed, lang);
const ago = (typed: string): string => past(typed, lang, Date.now());

// `cadastre get racks | head` closes the pipe early: that is the reader's right, not an error.
process.stdout.on('error', (e: NodeJS.ErrnoException) => process.exit(e.code === 'EPIPE' ? EXIT.ok : EXIT.unreachable));

const program = inWords(new Command('cadastre'), lang)
  .description(t('Qui fait tourner quoi, où, sous quel droit, sur quelle puissance — et le prouver.', 'Who runs what, where, under which law, on whose power — and can prove it.'))
  .addOption(new Option('-o, --output <form>', t('forme de la réponse', 'form of the answer')).choices(['table', 'json', 'yaml']).default('table'))
  .addOption(new Option('--door <door>', t('porte', 'door')).choices(['tenant', 'provider']))
  .option('--url <url>', t('adresse GraphQL de la porte', 'GraphQL address of the door'))
  .option('--user <name>', t('utilisateur de développement (émetteur de développement seulement)', 'development user (development issuer only)'))
  .addOption(new Option('--lang <lang>', t('langue', 'language')).choices(['fr', 'en']))
  .version('0.1.0', '-V, --version', t('afficher la version', 'show the version'))
  .addHelpText('after', `\n${t('Codes de sortie', 'Exit codes')}: 0 ok · 1 ${t('refusé', 'refused')} · 2 ${t('usage ou fichier', 'usage or file')} · 3 ${t('serveur injoignable', 'server unreachable')} · 4 ${t('jeton', 'token')}`)
  .exitOverride();

// A subcommand sees the options before and after its name alike.
const all = <O extends object>(command: Command): GlobalOptions & O => command.optsWithGlobals<GlobalOptions & O>();

program.command('login').description(t('s’authentifier auprès de l’annuaire', 'log in at the directory'))
  .option('--issuer <url>', t('émetteur OpenID', 'OpenID issuer')).option('--client <id>', 'client id')
  .action(async (_o, c: Command) => (await import('./login/login.ts')).login(all<LoginOptions>(c)));
program.command('token').description(t('imprimer un jeton de développement (avec --user)', 'print a development token (with --user)'))
  .action(async (_o, c: Command) => (await import('./token/token.ts')).token(all(c)));
program.command('apply').description(t('déclarer un programme (régions, sites, baies, machines, clusters)', 'declare a programme (regions, sites, racks, machines, clusters)'))
  .requiredOption('-f, --file <file>', t('fichier YAML', 'YAML file')).option('--kubeconfig <file>', t('accès au cluster à enregistrer', 'access to the cluster to register'))
  .action(async (_o, c: Command) => (await import('./apply/apply.ts')).apply(all<ApplyOptions>(c)));
program.command('compare').description(t('comparer des sites pour une charge, et imprimer la note de décision', 'compare sites for a workload, and print the decision note'))
  .requiredOption('-f, --file <file>', t('question, fichier YAML', 'question, YAML file'))
  .action(async (_o, c: Command) => (await import('./compare/compare.ts')).compare(all<{ file: string }>(c)));
program.command('get <noun>').alias('list').description(`${t('lister', 'list')}: ${Object.keys(NOUNS).join(', ')}`)
  .action(async (noun: string, _o, c: Command) => (await import('./get/get.ts')).get(noun, all(c)));
program.command('describe <noun> <id>').description(t('un objet, en entier (id, code ou nom)', 'one object, whole (id, code or name)'))
  .action(async (noun: string, id: string, _o, c: Command) => (await import('./get/get.ts')).describe(noun, id, all(c)));
program.command('offers').description(t('ce qui peut être commandé maintenant', 'what can be ordered now'))
  .option('--gpu <model[:count]>', t('par exemple H200:8', 'for example H200:8')).option('--region <code>', t('une région', 'one region'))
  .option('--until <7d|12h|instant>', t('pour un bail jusque-là', 'for a lease until then')).option('--jurisdiction <code...>', t('droits admis', 'laws admitted'))
  .option('--certification <code...>', t('certifications exigées', 'certifications required'))
  .addOption(new Option('--data-class <class>', t('classe des données', 'class of the data')).choices(['ORDINARY', 'PUBLIC_SENSITIVE', 'HEALTH']))
  .action(async (_o, c: Command) => (await import('./offers/offers.ts')).offers(all<OffersOptions>(c)));
withWish(program.command('plan').description(t('ce qu’une commande aurait, à quel prix, tenu un quart d’heure', 'what an order would get, at which price, held for a quarter of an hour')), t)
  .option('-f, --file <file>', t('commande, fichier YAML ; les options priment', 'order, YAML file; flags stand before it')).option('--idempotency-key <key>', t('pour répéter sans doubler', 'to repeat without doubling'))
  .action(async (_o, c: Command) => (await import('./plan/plan.ts')).plan(all<WishOptions & { file?: string; idempotencyKey?: string }>(c)));
program.command('explain <decision|instance|plan>').description(t('pourquoi une commande a été placée ou refusée, avec les chiffres', 'why an order was placed or refused, with the numbers'))
  .action(async (which: string, _o, c: Command) => (await import('./explain/explain.ts')).explain(which, all(c)));

const instance = program.command('instance').description(t('commander et rendre des instances GPU', 'order and give back GPU instances'));
withWish(instance.command('create').option('--plan <id>', t('exactement ce que tient un plan', 'exactly what a plan holds')), t)
  .requiredOption('--name <name>', t('nom', 'name')).requiredOption('--image <image>', t('image de conteneur', 'container image'))
  .requiredOption('--ssh-key <key|file...>', t('clé publique OpenSSH ou fichier', 'OpenSSH public key or file'))
  .option('--wait', t('attendre que tout soit READY', 'wait until all are READY')).option('--idempotency-key <key>', t('pour répéter sans doubler', 'to repeat without doubling'))
  .action(async (_o, c: Command) => (await import('./instance/instance.ts')).createInstances(all<CreateOptions>(c)));
instance.command('release <id>').action(async (id: string, _o, c: Command) => (await import('./instance/instance.ts')).releaseInstance(id, all(c)));

program.command('forecast').description(t('ce qui tient dans un site à chaque date, et ce qu’il faut bâtir d’ici là', 'what fits a datacenter on each date, and what must be built by then'))
  .requiredOption('--datacenter <code|id>', t('site', 'datacenter')).requiredOption('--from <instant>', t('à partir de', 'from'), date).requiredOption('--to <instant>', t('jusqu’à (exclu)', 'up to (excluded)'), date)
  .addOption(new Option('--at-least <state>', t('état le moins sûr des phases qui comptent', 'least sure state of the phases that count')).choices(['NEGOTIATING', 'AUTHORISED', 'CONTRACTED', 'ENERGISED']).default('NEGOTIATING'))
  .option('--shape <code...>', t('formes ; toutes sinon', 'shapes; else all')).option('--rack-power <150kW>', t('puissance des baies à bâtir', 'power of racks to be built'), '150kW')
  .action(async (_o, c: Command) => (await import('./forecast/forecast.ts')).forecast(all<ForecastOptions>(c)));
const whatIf = program.command('whatif').description(t('et si… : baies qui tiennent, voie coupée, part de l’inférence', 'what if: racks that fit, a feed that is cut, the part of inference'));
whatIf.command('racks').description(t('combien de baies d’une forme tiennent dans une phase', 'how many racks of a shape fit a phase'))
  .requiredOption('--datacenter <code|id>', t('site', 'datacenter')).requiredOption('--shape <code>', t('forme', 'shape'))
  .option('--per-rack <n>', t('machines par baie', 'machines in a rack'), '1').option('--phase <name|id>', t('phase ; sinon la plus grande en vigueur', 'phase; else the greatest in force'))
  .option('--pue <1.2>', t('PUE ; sinon celui du site', 'PUE; else the datacenter’s')).option('--n1', t('tenir la perte d’une voie', 'bear the loss of a feed')).option('--no-n1', t('sans tenir la perte d’une voie', 'without bearing it'))
  .option('--rack-power <150kW>', t('puissance d’une baie', 'power of a rack'), '150kW')
  .action(async (_o, c: Command) => (await import('./whatif/whatif.ts')).whatIfRacks(all<RacksOptions>(c)));
whatIf.command('cut <node>').description(t('ce qui s’arrête si un nœud électrique est coupé (id ou nom)', 'what stops if a power node is cut (id or name)'))
  .option('--datacenter <code|id>', t('site, si le nom n’est pas unique', 'datacenter, where the name is not unique'))
  .action(async (node: string, _o, c: Command) => (await import('./whatif/whatif.ts')).whatIfCut(node, all<CutOptions>(c)));
whatIf.command('mixing').description(t('ce que coûte et rapporte une part du site pour l’inférence', 'what a part of the site for inference costs and brings'))
  .requiredOption('--datacenter <code|id>', t('site', 'datacenter')).requiredOption('--inference-floor <percent>', t('part des GPU pour l’inférence', 'part of the GPUs for inference'))
  .option('--notice <seconds>', t('préavis', 'notice'), '120').option('--checkpoint <seconds>', t('durée d’un point de reprise', 'what a checkpoint takes'), '60')
  .option('--checkpoint-every <seconds>', t('intervalle entre deux points de reprise', 'time between two checkpoints'), '3600').option('--slot <milliGPU>', t('millièmes de GPU par place d’inférence', 'thousandths of a GPU a slot'), '1000')
  .action(async (_o, c: Command) => (await import('./whatif/whatif.ts')).whatIfMixing(all<MixingOptions>(c)));
const loadTarget = program.command('loadtarget').description(t('délester un site : proposer, puis faire approuver', 'shed load of a datacenter: propose, then have it approved'));
loadTarget.command('plan').requiredOption('--datacenter <code|id>', t('site', 'datacenter')).requiredOption('--target <6MW>', t('puissance du site à ne pas dépasser', 'facility power not to exceed'))
  .requiredOption('--from <instant>', t('à partir de', 'from'), date).requiredOption('--to <instant>', t('jusqu’à (exclu)', 'up to (excluded)'), date)
  .option('--include-production', t('y compris la production publique et de santé', 'production of public bodies and of health data too'))
  .action(async (_o, c: Command) => (await import('./loadtarget/loadtarget.ts')).planLoadTarget(all<PlanOptions>(c)));
loadTarget.command('approve <id>').option('--generation <n>', t('génération lue', 'generation that was read'))
  .action(async (id: string, _o, c: Command) => (await import('./loadtarget/loadtarget.ts')).approveLoadTarget(id, all<ReadOptions>(c)));
loadTarget.command('cancel <id>').description(t('abandonner avant le début', 'cancel before it begins')).option('--generation <n>', t('génération lue', 'generation that was read'))
  .action(async (id: string, _o, c: Command) => (await import('./loadtarget/loadtarget.ts')).cancelLoadTarget(id, all<ReadOptions>(c)));
const mandate = program.command('mandate').description(t('laisser quelqu’un lire un journal d’audit : proposer, puis faire approuver', 'let somebody read an audit log: propose, then have it approved'));
mandate.command('propose').description(t('demander un mandat ; rien n’est lu tant qu’une autre personne ne l’a pas approuvé', 'ask for a mandate; nothing is read until somebody else approves it')).requiredOption('--subject <id>', t('qui lira (sujet de l’annuaire)', 'who shall read (subject of the directory)')).requiredOption('--act <reference>', t('acte sur lequel il repose', 'act that it rests on'))
  .requiredOption('--from <instant>', t('évènements à partir de', 'events from'), date).requiredOption('--to <instant>', t('jusqu’à (exclu)', 'up to (excluded)'), date).requiredOption('--expires <instant>', t('fin du mandat', 'end of the mandate'), date)
  .option('--organisation <code|id>', t('à la porte opérateur : le journal de qui', 'at the provider door: whose log')).addOption(new Option('--directory <directory>', t('à la porte locataire : annuaire du lecteur', 'at the tenant door: the reader’s directory')).choices(['tenant', 'provider']))
  .option('--object <kind:id>', t('seulement les évènements sur cet objet', 'only events about this object'))
  .action(async (_o, c: Command) => (await import('./mandate/mandate.ts')).proposeMandate(all<ProposeOptions>(c)));
mandate.command('approve <id>').description(t('approuver ce qu’une autre personne a proposé', 'approve what somebody else proposed')).option('--generation <n>', t('génération lue', 'generation that was read'))
  .action(async (id: string, _o, c: Command) => (await import('./mandate/mandate.ts')).approveMandate(id, all<ReadMandateOptions>(c)));
mandate.command('revoke <id>').description(t('y mettre fin : plus rien n’est lu à ce titre', 'end it: nothing more is read under it')).option('--generation <n>', t('génération lue', 'generation that was read'))
  .action(async (id: string, _o, c: Command) => (await import('./mandate/mandate.ts')).revokeMandate(id, all<ReadMandateOptions>(c)));
program.command('board').description(t('ce qui a bloqué les commandes, semaine par semaine', 'what blocked orders, week by week'))
  .requiredOption('--region <code|id>', t('région', 'region')).option('--weeks <n>', t('dernières semaines', 'last weeks'), '8')
  .action(async (_o, c: Command) => (await import('./board/board.ts')).board(all<GlobalOptions & { region: string; weeks: string }>(c)));

const audit = program.command('audit').description(t('journal d’audit : lire, exporter une preuve, la vérifier', 'audit log: read it, export a proof, verify it'));
audit.command('export').description(t('un dossier qui prouve une période à lui seul', 'a bundle that proves a period by itself'))
  .option('--from <2h|7d|instant>', t('à partir de', 'from'), ago).option('--to <5m|instant>', t('jusqu’à (exclu) ; par défaut, et au plus tard, il y a trois minutes', 'up to (excluded); by default, and at the latest, three minutes ago'), ago)
  .addOption(new Option('--view <name...>', t('en plus, pour la lecture', 'besides, for reading')).choices(['ocsf', 'cadf', 'ecs', 'cef', 'cloudevents', 'parquet'])).option('--age <recipient...>', t('chiffrer pour ces clés age1…', 'encrypt to these age1… keys'))
  .option('--organisation <code|id>', t('à la porte opérateur, au titre d’un mandat : le journal de qui', 'at the provider door, under a mandate: whose log')).option('--out <file>', t('fichier', 'file'))
  .option('--id <id>', t('reprendre un export déjà demandé', 'come back to an export that was asked for')).option('--no-wait', t('demander seulement, et imprimer l’id', 'only ask, and print the id'))
  .action(async (_o, c: Command) => (await import('./audit/export.ts')).exportBundle(all<ExportOptions>(c)));
audit.command('verify <bundle>').description(t('vérifier un dossier, sans réseau : sortie 0, 1 (FAIL) ou 2 (DISCONTINUITY)', 'verify a bundle, without a network: exit 0, 1 (FAIL) or 2 (DISCONTINUITY)'))
  .option('--trust <file>', t('clé du journal et témoins, obtenus d’ailleurs que du dossier', 'key of the log and witnesses, from elsewhere than the bundle'))
  .action(async (file: string, _o, c: Command) => (await import('./audit/verify/verify.ts')).verifyAudit(file, all<VerifyOptions>(c)));
audit.command('erase <subject>').description(t('effacer ce que les événements disent d’une personne (RGPD art. 17) ; irréversible', 'erase what events say of a person (GDPR art. 17); cannot be undone'))
  .addOption(new Option('--ground <ground>', t('fondement', 'ground')).choices(['NO_LONGER_NECESSARY', 'CONSENT_WITHDRAWN', 'OBJECTION', 'UNLAWFUL', 'LEGAL_OBLIGATION']).makeOptionMandatory())
  .action(async (subject: string, _o, c: Command) => (await import('./erasure/erasure.ts')).eraseSubject(subject, all<EraseOptions>(c)));
audit.command('certificate <id>').description(t('le certificat d’un effacement', 'the certificate of an erasure')).action(async (id: string, _o, c: Command) => (await import('./erasure/erasure.ts')).printCertificate(id, all(c)));
audit.command('exports').description(t('les exports demandés', 'exports that were asked for')).action(async (_o, c: Command) => (await import('./get/get.ts')).get('auditexports', all(c)));
audit.command('list').description(t('les derniers événements', 'the newest events'))
  .option('--type <type>', t('un type, ou un domaine fini par un point : compute.', 'a type, or an area that ends in a dot: compute.')).option('--actor <id>', t('par qui', 'by whom')).option('--target <id>', t('sur quoi', 'on what')).addOption(new Option('--outcome <outcome>', t('issue', 'outcome')).choices(['success', 'failure', 'denied', 'unknown']))
  .option('--reason <code>', t('pourquoi ce fut refusé ou en échec : NOT_ENOUGH_GPUS', 'why it was refused or failed: NOT_ENOUGH_GPUS')).option('--trace <id>', t('ce qu’une requête a fait partout (identifiant W3C, 32 chiffres hexadécimaux)', 'what one request did everywhere (W3C id, 32 hexadecimal digits)'))
  .option('--from <2h|7d|instant>', t('à partir de', 'from'), ago).option('--to <2h|7d|instant>', t('jusqu’à (exclu)', 'up to (excluded)'), ago).option('--first <n>', t('combien', 'how many'), '50')
  .action(async (_o, c: Command) => (await import('./audit/export.ts')).listEvents(all<ListOptions>(c)));
audit.command('lines').description(t('les événements enregistrés, en JSON Lines, sans preuve', 'the stored events as JSON Lines, without proof')).option('--out <file>', t('fichier', 'file'))
  .option('--from <2h|7d|instant>', t('à partir de', 'from'), ago).option('--to <2h|7d|instant>', t('jusqu’à (exclu)', 'up to (excluded)'), ago)
  .option('--mandate <id>', t('lire au titre d’un mandat', 'read under a mandate'))
  .action(async (_o, c: Command) => (await import('./audit/lines.ts')).auditLines(all<LinesOptions>(c)));
audit.command('access').description(t('qui a donné à quelqu’un l’accès à quelque chose, qui a approuvé, et a-t-il servi', 'who gave somebody access to something, who approved, and was it used'))
  .requiredOption('--subject <id>', t('sujet de l’annuaire, ou clé d’API', 'subject of the directory, or API key')).requiredOption('--object <id>', t('instance, projet, clé ou organisation', 'instance, project, key or organisation'))
  .requiredOption('--from <7d|instant>', t('à partir de', 'from'), ago).option('--to <2h|instant>', t('jusqu’à (exclu) ; par défaut, maintenant', 'up to (excluded); by default, now'), ago).option('--mandate <id>', t('lire au titre d’un mandat', 'read under a mandate'))
  .action(async (_o, c: Command) => (await import('./audit/access.ts')).auditAccess(all<AccessOptions>(c)));
const alarms = audit.command('alarms').description(t('alarmes sur les journaux d’audit', 'alarms about the audit logs'))
  .option('--kind <kind>', t('un seul type, par exemple ROW_ALTERED', 'one kind, for example ROW_ALTERED')).addOption(new Option('--state <state>', t('un seul état', 'one state')).choices(['OPEN', 'ACKNOWLEDGED', 'RESOLVED']))
  .action(async (_o, c: Command) => (await import('./audit/alarms.ts')).listAlarms(all<AlarmsOptions>(c)));
for (const verb of ['acknowledge', 'resolve'] as const) {
  alarms.command(`${verb} <id>`).description(verb === 'acknowledge' ? t('dire qu’on l’a vue', 'say that it was seen') : t('dire pourquoi elle est finie', 'say why it is over'))
    .requiredOption('--note <text>', t('une ligne', 'one line')).option('--idempotency-key <key>', t('pour répéter sans doubler', 'to repeat without doubling'))
    .action(async (id: string, _o, c: Command) => (await import('./audit/alarms.ts')).answerAlarm(`${verb}Alarm`, id, all<AnswerOptions>(c)));
}
const hold = audit.command('hold').description(t('geler ce qu’une procédure demande de garder', 'keep what a proceeding asks to be kept'));
hold.command('place').description(t('poser un gel : ce qu’il couvre survit à sa durée de conservation', 'place a hold: what it covers outlives its retention')).requiredOption('--reference <text>', t('la procédure', 'the proceeding'))
  .option('--organisation <code|id>', t('le journal de qui ; par défaut, celui de l’opérateur', 'whose log; by default, the provider’s')).option('--about <id>', t('seulement sur cet objet ou par cette personne', 'only about this object or by this person'))
  .option('--from <7d|instant>', t('évènements à partir de', 'events from'), ago).option('--to <2h|instant>', t('jusqu’à (exclu)', 'up to (excluded)'), ago)
  .action(async (_o, c: Command) => (await import('./audit/holds.ts')).placeHold(all<PlaceOptions>(c)));
hold.command('lift <id>').description(t('le lever : par une autre personne que celle qui l’a posé', 'lift it: by somebody else than who placed it')).option('--generation <n>', t('génération lue', 'generation that was read'))
  .action(async (id: string, _o, c: Command) => (await import('./audit/holds.ts')).liftHold(id, all<ReadMandateOptions>(c)));
program.command('replay [decision]').description(t('décider de nouveau, ici, d’après le grand livre, et comparer les octets', 'decide again, here, from the ledger, and compare the bytes'))
  .option('--all', t('toute l’histoire', 'the whole history')).option('--region <code|id>', t('une région, avec --all', 'one region, with --all'))
  .action(async (id: string | undefined, _o, c: Command) => (await import('./replay/replay.ts')).replay(id, all<ReplayOptions>(c)));
program.command('report').description(t('rapports de l’exploitant', 'reports of the operator')).command('tenancy')
  .description(t('qui a tourné sur un site, par classe d’organisation, d’après le grand livre', 'who ran at a datacenter, by class of organisation, from the ledger'))
  .requiredOption('--datacenter <code|id>', t('site', 'datacenter')).requiredOption('--from <instant>', t('à partir de', 'from'), date).requiredOption('--to <instant>', t('jusqu’à (exclu)', 'up to (excluded)'), date)
  .action(async (_o, c: Command) => (await import('./report/tenancy.ts')).reportTenancy(all<TenancyOptions>(c)));
const witness = program.command('witness').description(t('témoin d’un journal d’audit : pour qui veut garantir à d’autres que l’histoire est une', 'witness of an audit log: for whoever wants to warrant to others that the story is one'));
witness.command('init').description(t('créer la clé du témoin et imprimer sa clé de vérification', 'make the witness’s key and print its verifier key'))
  .requiredOption('--key <file>', t('fichier de la clé, à créer', 'file of the key, to be made')).requiredOption('--name <name>', t('nom du témoin, par exemple temoin.exemple.fr/w1', 'name of the witness, for example witness.example/w1'))
  .action(async (_o, c: Command) => (await import('./witness/init.ts')).initWitness(all<InitOptions>(c)));
witness.command('serve').description(t('cosigner les points de contrôle des journaux suivis (C2SP tlog-witness)', 'cosign checkpoints of the logs it follows (C2SP tlog-witness)'))
  .requiredOption('--key <file>', t('fichier de la clé', 'file of the key')).requiredOption('--logs <file>', t('journaux suivis : une clé de vérification par ligne ; relu à SIGHUP', 'logs to follow: one verifier key a line; read again at SIGHUP'))
  .requiredOption('--state <folder>', t('dossier de la mémoire : une ligne par journal ; jamais à restaurer d’une sauvegarde', 'folder of the memory: one line a log; never to be restored from a backup'))
  .option('--listen <address:port>', t('adresse d’écoute', 'address to listen on'), '127.0.0.1:7000')
  .action(async (_o, c: Command) => (await import('./witness/serve.ts')).serve(all<ServeOptions>(c)));
program.command('doctor').description(t('vérifier ce dont une commande a besoin', 'check what a command needs')).action(async (_o, c: Command) => (await import('./doctor/doctor.ts')).doctor(all(c)));

try {
  await program.parseAsync();
} catch (e) {
  if (e instanceof Stop) {
    if (e.message !== '') process.stderr.write(`${e.message}\n`);
    process.exitCode = e.exitCode;
  } else if (e instanceof CommanderError) {
    if (e.exitCode !== 0 && !e.code.startsWith('commander.help')) process.stderr.write(`${faultOf(e, lang, 'cadastre')}\n`);
    process.exitCode = e.exitCode === 0 ? EXIT.ok : EXIT.usage;
  } else throw e;
}
