import { attack, halves, withFiles, withLines, withManifest } from './alter.ts';
import type { Attack } from './alter.ts';
import { bundleOf, eventOf, heartbeat, partsOf } from './bundle.ts';
import type { Parts } from './bundle.ts';
import { note, signature } from './note.ts';

const LOG = 'audit.example.fr/t/organisation_1';

/** A manifest of these very bytes. */
const rawManifest = (verdict: string, name: string, change: (text: string) => string | Buffer, parts: () => Parts = () => partsOf()): Attack => ({
  name, verdict,
  make: () => bundleOf(parts(), entries => entries.map(entry => (entry.name === 'manifest.json' ? { ...entry, data: Buffer.from(change(entry.data.toString())) } : entry))),
});

const MANIFESTS: readonly Attack[] = [
  attack('FAIL version', 'a bundle of version 2', () => withManifest(partsOf(), { v: 2 })),
  attack('FAIL version', 'a bundle of version 2 with other fields', () => withManifest(partsOf(), { v: 2, period: undefined, merged: true, views: 7 })),
  attack('FAIL version', 'a bundle of version 0', () => withManifest(partsOf(), { v: 0 })),
  attack('FAIL manifest', 'a bundle of version "1"', () => withManifest(partsOf(), { v: '1' })),
  attack('FAIL manifest', 'a bundle of version true', () => withManifest(partsOf(), { v: true })),
  attack('FAIL manifest', 'a bundle without version', () => withManifest(partsOf(), { v: undefined })),
  attack('FAIL manifest', 'the manifest has a field more', () => withManifest(partsOf(), { more: 1 })),
  attack('FAIL manifest', 'the manifest has a field less', () => withManifest(partsOf(), { pruned_before: undefined })),
  attack('FAIL manifest', 'the manifest is of another kind', () => withManifest(partsOf(), { kind: 'cadastre-backup' })),
  attack('FAIL manifest', 'the range is empty', () => withManifest(partsOf(), { first: 60 })),
  attack('FAIL manifest', 'the range begins below 0', () => withManifest(partsOf(), { first: -1 })),
  attack('FAIL manifest', 'the range is given as texts', () => withManifest(partsOf(), { first: '0' })),
  attack('FAIL manifest', 'the period ends before it begins', () => withManifest(partsOf(), { period: { from: '2026-04-01T00:00:00.000Z', to: '2026-03-01T00:00:00.000Z' } })),
  attack('FAIL manifest', 'the period is empty', () => withManifest(partsOf(), { period: { from: '2026-03-02T00:00:00.000Z', to: '2026-03-02T00:00:00.000Z' } })),
  attack('FAIL manifest', 'the period is without milliseconds', () => withManifest(partsOf(), { period: { from: '2026-03-01T00:00:00Z', to: '2026-03-01T00:57:00.000Z' } })),
  attack('FAIL manifest', 'the period is in another time zone', () => withManifest(partsOf(), { period: { from: '2026-03-01T00:00:00.000+01:00', to: '2026-03-01T00:57:00.000Z' } })),
  attack('FAIL manifest', 'more was pruned than the range begins with', () => partsOf({ first: 20, prunedBefore: 21 })),
  attack('OK 40 events', 'what was pruned lies before the range', () => partsOf({ first: 20, prunedBefore: 20 })),
  rawManifest('FAIL manifest', 'the manifest is no JSON', () => 'kind: cadastre-audit-bundle\n'),
  rawManifest('FAIL manifest', 'the manifest is a list', text => `[${text.trimEnd()}]\n`),
  rawManifest('FAIL manifest', 'the manifest is empty', () => ''),
  rawManifest('FAIL manifest', 'the manifest has two lines', text => text.replace(',"first"', ',\n"first"')),
  rawManifest('FAIL manifest', 'the manifest has no end of line', text => text.trimEnd()),
  rawManifest('FAIL manifest', 'the manifest has two ends of line', text => `${text}\n`),
  rawManifest('FAIL manifest', 'the manifest begins with a byte order mark', text => `\ufeff${text}`),
  rawManifest('FAIL manifest', 'the manifest is UTF-16', text => Buffer.from(text, 'utf16le')),
  rawManifest('FAIL manifest', 'the manifest has a key twice', text => text.replace('"end":60', '"end":60,"end":60')),
  rawManifest('FAIL manifest', 'the manifest has a key twice, once escaped', text => text.replace('"end":60', String.raw`"end":60,"e\u006ed":60`)),
  rawManifest('FAIL manifest', 'the manifest’s keys are in another order', text => text.replace('"end":60,', '').replace('"first":0', '"first":0,"end":60')),
  rawManifest('FAIL manifest', 'a number of the manifest has a fraction', text => text.replace('"end":60', '"end":60.0')),
  rawManifest('FAIL manifest', 'a number of the manifest is 2^53', text => text.replace('"end":60', '"end":9007199254740992')),
  rawManifest('FAIL manifest', 'a number of the manifest has four thousand digits', text => text.replace('"end":60', `"end":${'9'.repeat(5000)}`)),
  rawManifest('FAIL manifest', 'a number of the manifest has a leading zero', text => text.replace('"end":60', '"end":060')),
  rawManifest('FAIL manifest', 'the manifest is nested 200,000 deep', () => `${'['.repeat(200_000)}${']'.repeat(200_000)}\n`),
  rawManifest('FAIL manifest', 'the manifest is nested without end', () => '{"a":'.repeat(150_000)),
  rawManifest('FAIL manifest', 'the manifest is larger than 1 MiB', text => `${' '.repeat(1 << 20)}${text}`),
  rawManifest('FAIL files', 'a digest of the manifest is another', text => text.replace(/("policy.txt":\{"bytes":\d+,"sha256":")[^"]*/, `$1${'0'.repeat(64)}`)),
  rawManifest('FAIL files', 'a size of the manifest is another', text => text.replace('"README.txt":{"bytes":2', '"README.txt":{"bytes":3')),
  rawManifest('FAIL files', 'the size of the events is another', text => text.replace('"events.jsonl":{"bytes":', '"events.jsonl":{"bytes":1')),
  rawManifest('FAIL events', 'the digest of the events is another', text => text.replace(/("events.jsonl":\{"bytes":\d+,"sha256":")[^"]*/, `$1${'0'.repeat(64)}`)),
  rawManifest('FAIL files', 'the manifest lists an entry that is not there', text => text.replace('"verify.py"', `"verify.pl":{"bytes":1,"sha256":"${'0'.repeat(64)}"},"verify.py"`)),
  rawManifest('FAIL files', 'the manifest does not list an entry', text => text.replace(/"README.txt":\{[^}]*\},/, '')),
  rawManifest('FAIL files', 'the manifest lists itself', text => text.replace('"policy.txt"', `"manifest.json":{"bytes":1,"sha256":"${'0'.repeat(64)}"},"policy.txt"`)),
  attack('FAIL files', 'the manifest names a view that is not there', () => withManifest(partsOf(), { views: ['ocsf'] })),
  attack('FAIL files', 'the manifest does not name a view', () => withManifest(partsOf({ views: ['ocsf.jsonl'] }), { views: [] })),
];

const PERIOD = { from: '2026-03-01T00:00:00.000Z', to: '2026-03-01T01:48:00.000Z' };
// Events 3 and 6 are of the same type and shape as the tenth: a program that takes short cuts for what it has seen before must see this one.
const twelve = (tenth: string): readonly string[] => Array.from({ length: 12 }, (_, i) => (i === 0 || i === 11 ? heartbeat(LOG, i, i * 10) : i === 9 ? tenth : eventOf(LOG, i, i * 10)));

/** A history, witnessed as it is, whose event no. 9 is this line. */
const written = (verdict: string, name: string, line: string): Attack => attack(verdict, `an event ${name}`, () => partsOf({ events: twelve(line), period: PERIOD }));
/** The same with bytes that are no text: they take the place of a mark once all is signed, since the events fail before the root does. */
const spoilt = (name: string, bytes: string): Attack =>
  attack('FAIL events', `an event ${name}`, () => withFiles(partsOf({ events: twelve(event({ zz: 'QQ' })), period: PERIOD }), { 'events.jsonl': before => Buffer.from(before.toString('latin1').replace('QQ', bytes), 'latin1') }));
const event = (more: Readonly<Record<string, unknown>> = {}): string => eventOf(LOG, 9, 90, more);
/** The same history with a space after each colon: still JSON under the rules, and of one shape, so that a short cut may hold. */
const spaced = (verdict: string, name: string, change: (line: string) => string = line => line): Attack =>
  attack(verdict, `events with spaces after colons, one of which ${name}`, () => partsOf({ events: twelve(event()).map((line, i) => (i === 9 ? change : (same: string) => same)(line.replaceAll('":', '": '))), period: PERIOD }));
const nested = (depth: number): string => event().replace('"authz"', `"auth":${'['.repeat(depth)}${']'.repeat(depth)},"authz"`);
const sized = (bytes: number): string => event({ zz: 'x'.repeat(bytes - event({ zz: '' }).length) });

const EVENTS: readonly Attack[] = [
  written('FAIL events', 'is no object', `["${LOG}"]`),
  written('FAIL events', 'is empty', ''),
  written('FAIL events', 'is {}', '{}'),
  written('FAIL events', 'is of version 2', event({ v: 2 })),
  written('FAIL events', 'is of version true', event({ v: true })),
  written('FAIL events', 'has no log', event({ log: undefined })),
  written('FAIL events', 'has a list as its log', event({ log: [LOG] })),
  written('FAIL events', 'has a time without milliseconds', event({ time: '2026-03-01T00:30:00Z' })),
  written('FAIL events', 'has a time of the 25th hour', event({ time: '2026-03-01T25:30:00.000Z' })),
  written('FAIL events', 'has a leap second', event({ time: '2026-06-30T23:59:60.000Z' })),
  written('FAIL events', 'has a time in Arabic digits', event({ time: '2026-03-01T00:30:00.00٠Z' })),
  written('OK 12 events', 'is of 30 February', event({ time: '2026-02-30T00:30:00.000Z' })),
  written('FAIL events', 'has a key twice', event().replace('"class"', '"class":"x","class"')),
  written('FAIL events', 'has a key twice, in an object within', event().replace('"method":', '"method":"x","method":')),
  written('FAIL events', 'has its keys in another order', event().replace('"v":1}', '"v":1,"a":1}')),
  written('FAIL events', 'has a key beyond ASCII', event({ 'zoé': 1 })),
  written('FAIL events', 'has a fraction', event().replace('"attempt":1', '"attempt":1.5')),
  written('FAIL events', 'has an exponent', event().replace('"attempt":1', '"attempt":1e2')),
  written('FAIL events', 'has NaN', event().replace('"attempt":1', '"attempt":NaN')),
  written('FAIL events', 'has -Infinity', event().replace('"attempt":1', '"attempt":-Infinity')),
  written('FAIL events', 'has a number of 2^53', event().replace('"attempt":1', '"attempt":9007199254740992')),
  written('OK 12 events', 'has a number of −(2^53 − 1)', event().replace('"attempt":1', '"attempt":-9007199254740991')),
  written('FAIL events', 'has a leading zero', event().replace('"attempt":1', '"attempt":01')),
  written('FAIL events', 'has a comma too many', event().replace('"v":1}', '"v":1,}')),
  written('FAIL events', 'has a comment', event().replace('"v":1}', '"v":1}//')),
  written('FAIL events', 'has single quotes', event().replaceAll('"', '\'')),
  written('FAIL events', 'has an escape that JSON does not know', event({ zz: 'QQ' }).replace('QQ', String.raw`\x41`)),
  written('FAIL events', 'has a bare control character', event({ zz: 'QQ' }).replace('QQ', '\u001b[31m')),
  written('FAIL events', 'begins with a byte order mark', `\ufeff${event()}`),
  written('OK 12 events', 'has spaces between its tokens', event().replaceAll('","', '" , "')),
  written('OK 12 events', 'ends in CR', `${event()}\r`),
  written('FAIL events', 'has a no-break space between its tokens', event().replaceAll('","', '",\u00a0"')),
  written('OK 12 events', 'is nested 64 deep', nested(63)),
  written('FAIL events', 'is nested 65 deep', nested(64)),
  written('FAIL events', 'is nested 8,000 deep', `{"a":${'['.repeat(8000)}`),
  written('FAIL events', 'has a plus before a number', event().replace('"attempt":1', '"attempt":+1')),
  written('OK 12 events', 'has -0', event().replace('"attempt":1', '"attempt":-0')),
  written('FAIL events', 'has two numbers where there is one', event().replace('"attempt":1', '"attempt":1 1')),
  written('FAIL events', 'has a list where a text was, unclosed', event().replace('"phase":"completed"', '"phase":["completed"')),
  written('FAIL events', 'has a key of another name twice, in the shape of those before', event().replace('"epoch":', '"attempt":')),
  written('OK 12 events', 'is of 16,384 bytes', sized(16_384)),
  written('FAIL events', 'is of 16,385 bytes', sized(16_385)),
  written('OK 12 events', 'has letters beyond ASCII', event({ zz: 'Zoé, 東京, 🙂' })),
  written('OK 12 events', 'has lone surrogates, escaped', event({ zz: 'QQ' }).replace('QQ', String.raw`\ud800\udfff\udc00`)),
  spoilt('is not UTF-8', '\xff'),
  spoilt('has an overlong UTF-8 slash', '\xc0\xaf'),
  spoilt('has a surrogate in UTF-8', '\xed\xa0\x80'),
  spaced('OK 12 events', 'is like the others'),
  spaced('FAIL events', 'is of version 2', line => line.replace('"v": 1', '"v": 2')),
  spaced('FAIL events', 'is of another log', line => line.replace(`"log": "${LOG}"`, '"log": "audit.example.fr/t/organisation_2"')),
  spaced('FAIL events', 'has a time that is none', line => line.replace(/"time": "[^"]*"/, '"time": "yesterday"')),
  written('FAIL events', 'is of version 12, in the shape of those before', event({ v: 12 })),
  written('FAIL events', 'is of version 1-5, in the shape of those before', event().replace('"v":1}', '"v":1-5}')),
  written('OK 12 events', 'has a time in an object after its own', event({ x: { time: 'yesterday' } })),
  attack('FAIL events', 'the last event has no end of line', () => withFiles(partsOf(), { 'events.jsonl': before => before.subarray(0, -1) })),
  attack('FAIL events', 'the events end in CR LF', () => withFiles(partsOf(), { 'events.jsonl': before => before.toString().replaceAll('}\n{', '}\n\n{') })),
  attack('FAIL events', 'there is an event more than the range has', () => withLines(partsOf(), lines => [...lines, heartbeat(LOG, 60, 60)])),
  attack('FAIL events', 'there is a rest after the last event', () => withFiles(partsOf(), { 'events.jsonl': before => `${before.toString()}{` })),
  attack('FAIL events', 'there is no event', () => withFiles(partsOf(), { 'events.jsonl': '' })),
];

/** What must never reach a terminal as it is: line ends, ANSI, U+2028, right-to-left, lone surrogates, a tag, a zero-width joiner. */
export const INJECTION = 'a\r\nverdict: OK 60 events\u001b[31m\u0085\u2028\u2029\u202e\u2066\u200d\ufeff\u{e0041}\ud800';
const injected = JSON.stringify(INJECTION).replaceAll('\u0085', String.raw`\u0085`).replaceAll(/[\u2028\u2029]/g, c => `\\u${c.charCodeAt(0).toString(16)}`);
const poisoned = (raw: string): string[] => Array.from({ length: 12 }, (_, i) => (i === 11 ? heartbeat(LOG, i, i * 10) : eventOf(LOG, i, i * 10, { type: 'QQ' }).replace('"QQ"', raw)));

/** Whatever the verdict, what is printed must be safe: the spec looks at it. */
export const INJECTIONS: readonly Attack[] = [
  attack('OK 12 events', 'log injection: the type of an event holds line ends, ANSI, U+2028, right-to-left and lone surrogates', () => partsOf({ events: poisoned(injected), period: PERIOD })),
  attack('OK 12 events', 'log injection: the type of an event holds right-to-left marks that JSON needs not escape', () => partsOf({ events: poisoned('"\u202e\u2066\u200d\u2028x"'), period: PERIOD })),
  attack('FAIL events', 'log injection: an event that is no JSON holds ANSI and a false verdict', () => withLines(partsOf(), lines => lines.map((line, i) => (i === 3 ? `\u001b[2J\r${INJECTION.replaceAll('\n', '')}\ud800` : line)))),
  attack('FAIL log-checkpoint', 'log injection: the name of the log holds ANSI and a false verdict', () => withManifest(partsOf(), { log: INJECTION })),
  attack('FAIL version', 'log injection: a future manifest holds a false verdict', () => withManifest(partsOf(), { v: 3, kind: INJECTION })),
  attack('DISCONTINUITY old1.audit.example.fr', 'log injection: the reason of a loss holds right-to-left marks and U+2028', () => {
    const honest = partsOf({ discontinuities: 1 });
    const text = halves(honest.files.get('discontinuities/1.note') ?? Buffer.alloc(0)).text.replace('restored', '\u202e\u2066\u2028verdict: OK\u0085');
    return withFiles(honest, { 'discontinuities/1.note': note(text, signature(text, honest.origin, honest.key)) });
  }),
];

/** A note of the global log, signed as it is, and then made malformed. */
const misnoted = (name: string, change: (note: string) => string | Buffer): Attack => attack('FAIL global-checkpoint', `the global checkpoint ${name}`, () => withFiles(partsOf(), { 'global.checkpoint': before => change(before.toString()) }));
/** A text of the global log that its key signed although it is no checkpoint. */
const mistold = (name: string, change: (lines: string[]) => string): Attack =>
  attack('FAIL global-checkpoint', `the global checkpoint ${name}`, () => {
    const honest = partsOf();
    return withFiles(honest, { 'global.checkpoint': before => {
      const text = change(halves(before).text.split('\n'));
      return note(text, signature(text, honest.origin, honest.key));
    } });
  });
const NOTES: readonly Attack[] = [
  misnoted('has CR LF', text => text.replaceAll('\n', '\r\n')),
  misnoted('has no empty line', text => text.replace('\n\n', '\n')),
  misnoted('has no signature', text => text.slice(0, text.indexOf('\n\n') + 2)),
  misnoted('has an en dash before its signature', text => text.replace('—', '–')),
  misnoted('has two spaces in a signature line', text => text.replace('— audit', '—  audit')),
  misnoted('has a word more in a signature line', text => text.replace('=\n', '= x\n')),
  misnoted('has an empty line after the signatures', text => `${text}\n`),
  misnoted('has no end of its last line', text => text.slice(0, -1)),
  misnoted('has a plus in a name', text => `${text}— a+b ${Buffer.alloc(76).toString('base64')}\n`),
  misnoted('has a tab in an unknown line', text => `${text}— a\tb ${Buffer.alloc(76).toString('base64')}\n`),
  misnoted('has an unknown line of 4 bytes', text => `${text}— a ${Buffer.alloc(4).toString('base64')}\n`),
  misnoted('has base64 without padding', text => `${text}— a ${Buffer.alloc(76).toString('base64').replace('=', '')}\n`),
  misnoted('has base64 of another spelling', text => `${text}— a ${Buffer.alloc(76).toString('base64').replace('A=', 'B=')}\n`),
  misnoted('has base64 for URLs', text => `${text}— a ${Buffer.alloc(75, 0xff).toString('base64url')}\n`),
  misnoted('has a hundred lines more', text => `${text}${`— a ${Buffer.alloc(75).toString('base64')}\n`.repeat(100)}`),
  misnoted('has a NUL', text => text.replace('audit', 'audit\0')),
  misnoted('is not UTF-8', text => Buffer.concat([Buffer.from(text), Buffer.from('— a\xff ', 'latin1')])),
  misnoted('is empty', () => ''),
  misnoted('is larger than 1 MiB', text => text.replace('\n\n', `\n${'x'.repeat(1 << 20)}\n\n`)),
  mistold('has an extension line', ([origin, size, root]) => `${origin ?? ''}\n${size ?? ''}\n${root ?? ''}\nextension\n`),
  mistold('has a size with a leading zero', ([origin, size, root]) => `${origin ?? ''}\n0${size ?? ''}\n${root ?? ''}\n`),
  mistold('has a size with a sign', ([origin, size, root]) => `${origin ?? ''}\n+${size ?? ''}\n${root ?? ''}\n`),
  mistold('has a size in hexadecimal', ([origin, , root]) => `${origin ?? ''}\n0xd\n${root ?? ''}\n`),
  mistold('has a size of 2^53', ([origin, , root]) => `${origin ?? ''}\n9007199254740992\n${root ?? ''}\n`),
  mistold('has a size of 0', ([origin, , root]) => `${origin ?? ''}\n0\n${root ?? ''}\n`),
  mistold('has a size in Arabic digits', ([origin, , root]) => `${origin ?? ''}\n١٣\n${root ?? ''}\n`),
  mistold('has a root of 31 bytes', ([origin, size]) => `${origin ?? ''}\n${size ?? ''}\n${Buffer.alloc(31).toString('base64')}\n`),
  mistold('has a root in another spelling', ([origin, size, root]) => `${origin ?? ''}\n${size ?? ''}\n${(root ?? '').replace(/.=$/, 'B=')}\n`),
  mistold('is of another log', ([, size, root]) => `other.example\n${size ?? ''}\n${root ?? ''}\n`),
  mistold('has two lines', ([origin, size]) => `${origin ?? ''}\n${size ?? ''}\n`),
];
export const FORM: readonly Attack[] = [...MANIFESTS, ...EVENTS, ...INJECTIONS, ...NOTES];
