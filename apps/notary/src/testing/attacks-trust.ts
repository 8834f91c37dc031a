import type { Attack } from './alter.ts';
import { withFiles } from './alter.ts';
import { bundleOf, partsOf } from './bundle.ts';
import { bytesOf, ODD_ENCODINGS } from './curve.ts';
import { keyOf, logKey, witnessKey } from './note.ts';

const [O, KEY] = ['audit.example.fr', keyOf('log')];
const log = `log ${logKey(O, KEY)}`;
const vkey = (i: number): string => witnessKey(`witness${String(i)}.example.net/w`, keyOf(`witness ${String(i)}`));
const three = [0, 1, 2].map(i => `witness w${String(i)} ${vkey(i)}`);

/** An honest bundle before this trust file. */
const before = (verdict: string, name: string, trust: string | Buffer): Attack => ({ name: `the trust file ${name}`, verdict, make: () => ({ bytes: bundleOf(partsOf()).bytes, trust }) });
const lines = (verdict: string, name: string, ...text: readonly string[]): Attack => before(verdict, name, `${text.join('\n')}\n`);
const OK = 'OK 60 events';
const NO = 'FAIL trust';

const FORMS: readonly Attack[] = [
  before(NO, 'is empty', ''),
  lines(NO, 'has no key', 'quorum none'),
  lines(NO, 'has no log', ...three, 'quorum w0'),
  lines(NO, 'has no quorum', log, ...three),
  lines(NO, 'has two quorums', log, ...three, 'quorum w0', 'quorum w1'),
  lines(NO, 'has the same log twice', log, log, 'quorum none'),
  lines(NO, 'has two logs', log, `log ${logKey('other.example', keyOf('other'))}`, 'quorum none'),
  lines(NO, 'has a keyword that is unknown', log, 'monitor x', 'quorum none'),
  lines(NO, 'has a group under another keyword', log, ...three, 'monitor g any w0', 'quorum g'),
  lines(NO, 'has a keyword in capitals', log, 'QUORUM none'),
  before(NO, 'has CR LF', `${log}\r\nquorum none\r\n`),
  before(NO, 'has a form feed', `${log}\n\fquorum none\n`),
  before(NO, 'has a control character in a comment', `# \u0001\n${log}\nquorum none\n`),
  before(NO, 'has DEL in a comment', `# \u007f\n${log}\nquorum none\n`),
  before(NO, 'is binary', Buffer.from([0, 1, 2, 3])),
  before(NO, 'is the bundle', bundleOf(partsOf()).bytes),
  before(NO, 'is larger than 64 KiB', `${log}\nquorum none\n${'#'.repeat(65_536)}\n`),
  before(OK, 'has no end of its last line', `${log}\nquorum none`),
  before(OK, 'has tabs, comments beyond ASCII and empty lines', `\n# clés\n \t# ${'é'.repeat(9)}\n${log.replace(' ', '\t \t')} \n\n  quorum\tnone\t\n`),
  lines(NO, 'has letters beyond ASCII in a name', log, `witness zoé ${vkey(0)}`, 'quorum none'),
];
const KEYS: readonly Attack[] = [
  lines(NO, 'has a wrong key id', log.replace(/\+[0-9a-f]{8}\+/, '+00000000+'), 'quorum none'),
  lines(NO, 'has a key id in capitals', log.replace(/\+([0-9a-f]{8})\+/, (_, id: string) => `+${id.toUpperCase()}+`), 'quorum none'),
  lines(NO, 'has a log key of a witness’s type', `log ${vkey(0)}`, 'quorum none'),
  lines(NO, 'has a witness key of a log’s type', log, `witness w0 ${logKey('w.example', keyOf('w'))}`, 'quorum none'),
  lines(NO, 'has a key of 31 bytes', `log ${O}+00000000+${Buffer.alloc(32, 1).toString('base64')}`, 'quorum none'),
  lines(NO, 'has a key of 31 bytes under its own id', `log ${logKey(O, { ...KEY, public: KEY.public.subarray(1) })}`, 'quorum none'),
  lines(NO, 'has a key of 33 bytes under its own id', `log ${logKey(O, { ...KEY, public: Buffer.concat([KEY.public, Buffer.of(0)]) })}`, 'quorum none'),
  ...ODD_ENCODINGS.filter((_, i) => i % 9 === 0).map(odd => lines(NO, `has the weak witness key ${odd.toString('hex')}`, log, `witness w ${witnessKey('w.example', { ...KEY, public: odd })}`, 'quorum none')),
  lines(NO, 'has a key that is no point', log, `witness w ${witnessKey('w.example', { ...KEY, public: bytesOf(2n) })}`, 'quorum none'),
  lines(NO, 'has a key without base64', `log ${O}+00000000+`, 'quorum none'),
  lines(NO, 'has a key in another spelling', `${log}=`, 'quorum none'),
  lines(OK, 'has URLs', `${log} https://log.example/`, ...three.map(line => `${line} https://w.example/`), 'group g all w0 w1 w2', 'quorum g'),
  lines(NO, 'has a URL beyond ASCII', `${log} https://clé.example/`, 'quorum none'),
  lines(NO, 'has a word after a log’s URL', `${log} https://log.example/ x`, 'quorum none'),
  lines(NO, 'has a word after a witness’s URL', log, `${three[0] ?? ''} https://w.example/ x`, 'quorum none'),
];
const QUORUMS: readonly Attack[] = [
  lines(OK, 'asks for one witness by name', log, ...three, 'quorum w2'),
  lines(OK, 'asks for any of three', log, ...three, 'group g any w0 w1 w2', 'quorum g'),
  lines(OK, 'asks for groups of groups', log, ...three, 'group a any w0 w1', 'group b all a w2', 'quorum b'),
  lines('FAIL quorum', 'asks for a witness that did not sign', log, ...three, `witness w3 ${vkey(3)}`, 'group g all w0 w3', 'quorum g'),
  lines('FAIL quorum', 'asks for all of a group of groups, one of which is short', log, ...three, `witness w3 ${vkey(3)}`, 'group a all w0 w3', 'group b any w1 w2', 'group c all a b', 'quorum c'),
  lines(NO, 'asks for 0 of a group', log, ...three, 'group g 0 w0 w1', 'quorum g'),
  lines(NO, 'asks for 3 of 2', log, ...three, 'group g 3 w0 w1', 'quorum g'),
  lines(NO, 'asks for 02 of 3', log, ...three, 'group g 02 w0 w1 w2', 'quorum g'),
  lines(NO, 'asks for most of 3', log, ...three, 'group g most w0 w1 w2', 'quorum g'),
  lines(NO, 'has a group of nobody', log, ...three, 'group g any', 'quorum g'),
  lines(NO, 'has all of nobody', log, ...three, 'group g all', 'quorum g'),
  lines(NO, 'counts a member twice in a group', log, ...three, 'group g 2 w0 w0', 'quorum g'),
  lines(NO, 'counts a member in two groups', log, ...three, 'group a any w0 w1', 'group b any w0 w2', 'group c all a b', 'quorum c'),
  lines(NO, 'names a member before it is defined', log, 'group g any w0', ...three, 'quorum g'),
  lines(NO, 'has a group in itself', log, ...three, 'group g any g', 'quorum g'),
  lines(NO, 'asks for nobody as a member', log, ...three, 'group g any none w0', 'quorum g'),
  lines(NO, 'names a witness none', log, `witness none ${vkey(0)}`, 'quorum none'),
  lines(NO, 'uses a name twice', log, ...three, 'group w0 any w1', 'quorum w0'),
  lines(NO, 'asks for a quorum that is not defined', log, ...three, 'quorum g'),
  lines(NO, 'asks for its quorum before it is defined', log, 'quorum w0', ...three),
  lines(NO, 'has a word after the quorum', log, ...three, 'quorum w0 w1'),
  lines(NO, 'has a witness without a key', log, 'witness w0', 'quorum none'),
];
/** The order of the checks: of two faults the first in the specification’s table is told. */
const FIRST: readonly Attack[] = [
  { name: 'the trust file is empty and the bundle too', verdict: NO, make: () => ({ bytes: Buffer.alloc(0), trust: '' }) },
  { name: 'the quorum is short and the events are changed', verdict: 'FAIL quorum', make: () => bundleOf(withFiles(partsOf({ signers: [] }), { 'events.jsonl': 'x\n' })) },
];
export const TRUST: readonly Attack[] = [...FORMS, ...KEYS, ...QUORUMS, ...FIRST];
