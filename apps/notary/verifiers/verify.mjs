#!/usr/bin/env node
// Verifies a Cadastre audit bundle, offline, with nothing but Node (>= 20.15). Written from docs/audit-bundle.md alone; shares no code with the product or with verify.py.
//   node verify.mjs --trust TRUST.txt [--lang fr|en] BUNDLE.zip      exit 0 OK, 1 FAIL, 2 DISCONTINUITY; the last line is the verdict
import { isUtf8 } from 'node:buffer';
import { createHash, createPublicKey, hash, verify as verifySignature } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { crc32, createInflateRaw } from 'node:zlib';

const SMALL = 16 * 2 ** 20, MARGIN_MS = 120_000, VIEWS = ['cadf.jsonl', 'cef.txt', 'cloudevents.jsonl', 'ecs.jsonl', 'events.parquet', 'ocsf.jsonl'];
/** Runs one check; whatever goes wrong inside gets its reason, a word of the specification. */
const check = (reason, work) => (async () => work())().catch(error => { throw Object.assign(new Error(String(error?.message ?? error)), { reason }); });
/** What the work answers for each, one after the other. */
const each = async (list, work) => { const out = []; for (const one of list) out.push(await work(one)); return out; };
/** Answers what holds, or throws. */
const insist = (holds, about) => { if (!holds) throw new Error(about); return holds; };
// One call for each hash: an object of createHash for each would cost more than the hashing.
const sha256 = (...parts) => hash('sha256', parts.length === 1 ? parts[0] : Buffer.concat(parts), 'buffer');
// The hashes of trees are texts of 32 Latin-1 characters: made, copied and compared faster than objects.
const leafHash = bytes => hash('sha256', bytes, 'latin1'), pair = Buffer.alloc(65, 1), node = (left, right) => { pair.write(left, 1, 'latin1'); pair.write(right, 33, 'latin1'); return hash('sha256', pair, 'latin1'); };
const base64 = (text, bytes) => {
  const out = Buffer.from(insist(typeof text === 'string' && text, 'not base64'), 'base64');
  return insist(out.toString('base64') === text && (bytes === undefined || out.length === bytes) && out, 'not canonical base64 of the right length');
};
const decimal = text => Number(insist(/^(0|[1-9][0-9]{0,15})$/.test(text) && Number.isSafeInteger(Number(text)) && text, 'not a size'));
const TOKENS = /("[^"\\]*(?:\\.[^"\\]*)*")([ \t\r]*:)?|[{}[\]]|-?\d[^,}\] \t\r]*/g;
/** The object that a text is, under the JSON rules. JSON.parse knows what JSON is; what it lets pass are repeated and unordered keys, depth and odd numbers. */
const parse = text => {
  const value = JSON.parse(text), keys = [];
  for (const [token, string, colon] of text.matchAll(TOKENS)) {
    if (token === '{' || token === '[') insist(keys.push(undefined) <= 64, 'nested more than 64 deep');
    else if (token === '}' || token === ']') keys.pop();
    else if (string === undefined) insist(/^-?(0|[1-9][0-9]*)$/.test(token) && Number.isSafeInteger(Number(token)), 'a number that is no integer of at most 2^53 - 1');
    else if (colon !== undefined) {
      const key = JSON.parse(string), last = keys.at(-1);
      insist(/^[ -~]*$/.test(key) && (last === undefined || key > last), 'keys that are not ASCII in ascending order');
      keys[keys.length - 1] = key;
    }
  }
  return insist(isObject(value) && value, 'no object');
};
/** A JSON file: one line under the rules. */
const json = bytes => parse(insist(bytes.length > 2 && bytes.indexOf(0x0a) === bytes.length - 1 && isUtf8(bytes) && bytes, 'not one line of UTF-8').toString('utf8', 0, bytes.length - 1));
const isSize = v => Number.isSafeInteger(v) && v >= 0, isInteger = Number.isSafeInteger, isText = v => typeof v === 'string', isList = Array.isArray, isObject = v => v !== null && typeof v === 'object' && !Array.isArray(v);
const fields = (object, spec, about) => {
  insist(isObject(object) && Object.keys(object).join() === Object.keys(spec).join(), `${about}: fields`);
  for (const [k, is] of Object.entries(spec)) insist(is(object[k]), `${about}: ${k}`);
};
const INSTANT = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/, isInstant = t => isText(t) && INSTANT.test(t);
let minute = '', minuteMs = 0;
/** Milliseconds, with days counted on from the first of the month. Most events share the minute of the one before. */
const ms = t => {
  if (!t.startsWith(minute) || minute === '') { minute = t.slice(0, 16); minuteMs = new Date(0).setUTCFullYear(+t.slice(0, 4), t.slice(5, 7) - 1, +t.slice(8, 10)) + (t.slice(11, 13) * 60 + +t.slice(14, 16)) * 60_000; }
  return minuteMs + t.slice(17, 19) * 1000 + +t.slice(20, 23);
};
const le = bytes => n => { const b = Buffer.alloc(8); b.writeBigUInt64LE(BigInt(n)); return b.subarray(0, bytes); }, u2 = le(2), u4 = le(4), u8 = le(8);
const local = e => Buffer.concat([u4(0x04034b50), u2(45), u2(0x808), u2(e.method), u2(0), u2(0x21), u4(0), u4(0xffffffff), u4(0xffffffff), u2(e.name.length), u2(20), Buffer.from(e.name), u2(1), u2(16), u8(0), u8(0)]);
const central = e => Buffer.concat([u4(0x02014b50), u2(0x32d), u2(45), u2(0x808), u2(e.method), u2(0), u2(0x21), u4(e.crc), u4(0xffffffff), u4(0xffffffff), u2(e.name.length), u2(28), u2(0), u2(0), u2(0),
  u4(0x81a40000), u4(0xffffffff), Buffer.from(e.name), u2(1), u2(24), u8(e.size), u8(e.packed), u8(e.offset)]);
const ending = (count, size, offset) => Buffer.concat([u4(0x06064b50), u8(44), u2(0x32d), u2(45), u4(0), u4(0), u8(count), u8(count), u8(size), u8(offset), u4(0x07064b50), u4(0), u8(offset + size), u4(1),
  u4(0x06054b50), u2(0), u2(0), u2(0xffff), u2(0xffff), u4(0xffffffff), u4(0xffffffff), u2(0)]);
const FIXED = ['manifest.json', 'LISEZMOI.txt', 'README.txt', 'verify.py', 'verify.mjs', 'catalogue.fr.md', 'catalogue.en.md', 'policy.txt', 'log.checkpoint', 'global.checkpoint', 'proofs.json'];
const inOrder = names => {
  insist(FIXED.every((n, i) => names[i] === n), 'entries are missing or out of order');
  let i = FIXED.length, last = 0;
  for (let m; (m = /^timestamps\/(\d+)\.checkpoint$/.exec(names[i] ?? '')); i += 2, last = Number(m[1])) insist(decimal(m[1]) > last && names[i + 1] === `timestamps/${m[1]}.tsr`, 'timestamps');
  for (let n = 1; names[i] === `discontinuities/${n}.note`; n++) i++;
  insist(names[i++] === 'events.jsonl', 'events.jsonl is not where it belongs');
  for (; i < names.length; i++) insist(VIEWS.some(v => names[i] === `views/${v}`) && (names[i - 1] === 'events.jsonl' || names[i] > names[i - 1]), `entry ${i} has no place here`);
};
const openZip = path => {
  const fd = openSync(insist(statSync(path).isFile() && path, 'not a file'), 'r'), stat = fstatSync(fd);
  const at = (offset, length) => {
    const out = Buffer.alloc(insist(offset >= 0 && length >= 0 && offset + length <= stat.size, 'truncated') && length);
    for (let got = 0; got < length;) got += insist(readSync(fd, out, got, length - got, offset + got), 'truncated');
    return out;
  };
  insist(at(0, Math.min(21, stat.size)).toString('latin1') !== 'age-encryption.org/v1', 'encrypted: open it with age -d first');
  const tail = at(stat.size - 98, 98), [count, size, start] = [32, 40, 48].map(o => Number(tail.readBigUInt64LE(o)));
  insist(count >= 1 && count <= 64 && size <= 64 * 1024 && tail.equals(ending(count, size, start)) && start + size + 98 === stat.size, 'no end of the directory as specified');
  const directory = at(start, size), entries = [];
  let p = 0, offset = 0;
  for (let k = 0; k < count; k++) {
    const length = insist(p + 74 <= size, 'directory') && directory.readUInt16LE(p + 28), extra = p + 46 + length;
    const e = insist(extra + 28 <= size, 'directory') && { name: directory.toString('latin1', p + 46, extra), method: directory.readUInt16LE(p + 10), crc: directory.readUInt32LE(p + 16), size: Number(directory.readBigUInt64LE(extra + 4)), packed: Number(directory.readBigUInt64LE(extra + 12)), offset };
    insist(isSize(e.size) && isSize(e.packed) && /^[ -~]+$/.test(e.name) && (e.method === 8 || (e.method === 0 && e.size === e.packed)) && directory.subarray(p, extra + 28).equals(central(e)), `directory entry ${k}`);
    const head = local(e), foot = Buffer.concat([u4(0x08074b50), u4(e.crc), u8(e.packed), u8(e.size)]);
    e.data = offset + head.length;
    insist(at(offset, head.length).equals(head) && at(e.data + e.packed, 24).equals(foot), `header or descriptor of entry ${k}`);
    [offset, p] = [e.data + e.packed + 24, extra + 28];
    entries.push(e);
  }
  inOrder(insist(offset === start && p === size && entries, 'gaps').map(e => e.name));
  return { at, close: () => closeSync(fd), entries: new Map(entries.map(e => [e.name, e])) };
};
/** Streams an entry; answers its SHA-256 when size and CRC-32 are right. */
const stream = async (zip, e, onChunk) => {
  const digest = createHash('sha256'), packed = function* () { for (let n = 0; n < e.packed; n += 2 ** 18) yield zip.at(e.data + n, Math.min(2 ** 18, e.packed - n)); };
  const inflate = e.method === 8 ? createInflateRaw({ chunkSize: 2 ** 16, highWaterMark: 2 ** 18 }) : undefined;
  if (inflate !== undefined) Readable.from(packed()).on('error', error => inflate.destroy(error)).pipe(inflate);
  let size = 0, crc = 0;
  for await (const chunk of inflate ?? packed()) {
    crc = crc32(insist((size += chunk.length) <= e.size && chunk, 'inflates to more than it says'), crc);
    onChunk(chunk, digest.update(chunk));
  }
  return insist(size === e.size && crc === e.crc && (inflate === undefined || (e.packed > 0 && inflate.bytesWritten === e.packed)) && digest.digest('hex'), `${e.name}: size, CRC-32, or more after the deflate stream`);
};
/** Reads an entry that a check needs whole: a note, a timestamp or a JSON file. Nothing is kept, so that seven entries of 16 MiB are not seven in memory. */
const read = async (zip, name) => {
  const parts = [], e = zip.entries.get(name);
  await stream(zip, insist(e.size <= 2 ** 20 && e, `${name} is larger than 1 MiB`), chunk => parts.push(chunk));
  return Buffer.concat(parts);
};
// SMALL_ORDER: y of the points of order 1, 2, 4 and 8.
const P = 2n ** 255n - 19n, D = 0x52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3n, SMALL_ORDER = [0n, 1n, P - 1n, 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n, 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n];
const publicKey = raw => {
  const y = BigInt(`0x${Buffer.from(raw).reverse().toString('hex')}`) & (2n ** 255n - 1n);
  const power = (b, e) => { let r = 1n; for (let x = b % P; e > 0n; e >>= 1n, x = x * x % P) if (e & 1n) r = r * x % P; return r; }, u = y * y + P - 1n, v = D * y * y + 1n;
  insist(y < P && !SMALL_ORDER.includes(y) && power(u * v, (P - 1n) / 2n) === 1n, 'a weak or badly encoded Ed25519 key');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(raw).toString('base64url') }, format: 'jwk' });
};
export const ed25519 = (raw, message, signature) => { try { return signature.length === 64 && verifySignature(null, message, publicKey(raw), signature); } catch { return false; } };
const NAME = /^[!-*,-~]{1,255}$/, keyId = (name, type, raw) => sha256(Buffer.from(name, 'latin1'), Buffer.of(0x0a, type), raw).subarray(0, 4);
const vkey = (text, type) => {
  const m = insist(/^([!-*,-~]{1,255})\+([0-9a-f]{8})\+(.+)$/.exec(text), `not a verifier key: ${text}`), blob = base64(m[3], 33), raw = blob.subarray(1);
  insist(blob[0] === type && keyId(m[1], type, raw).toString('hex') === m[2] && publicKey(raw), `key type or key id of ${m[1]}`);
  return { name: m[1], raw };
};
/** C2SP tlog-policy. Names are octets, hence latin1. */
export const readTrust = bytes => {
  insist(bytes.length <= 2 ** 16 && bytes.every(c => c === 9 || c === 10 || (c >= 32 && c !== 127)), 'characters that a policy does not have');
  const logs = [], members = new Map(), keys = new Set(), grouped = new Set(); let quorum;
  for (const line of bytes.toString('latin1').split('\n')) {
    const [word, ...rest] = line.split(/[ \t]+/).filter(w => w !== ''), ascii = /^[\t -~]*$/.test(line);
    if (word === undefined || word.startsWith('#') || !insist(ascii, 'bytes beyond ASCII')) continue;
    const unused = name => insist(name !== 'none' && !members.has(name) && NAME.test(name) && name, `the name ${name} is taken`);
    const fresh = key => insist(keys.size < keys.add(key.raw.toString('hex')).size && key, 'one key twice');
    if (word === 'log' && (rest.length === 1 || rest.length === 2)) logs.push(fresh(vkey(rest[0], 1)));
    else if (word === 'witness' && (rest.length === 2 || rest.length === 3)) members.set(unused(rest[0]), { key: fresh(vkey(rest[1], 4)) });
    else if (word === 'group' && rest.length >= 3) {
      const [name, k, ...of] = rest, need = k === 'all' ? of.length : k === 'any' ? 1 : decimal(k);
      insist(of.every(m => members.has(m) && grouped.size < grouped.add(m).size) && need >= 1 && need <= of.length, `group ${name}`);
      members.set(unused(name), { need, of });
    } else if (word === 'quorum' && rest.length === 1 && quorum === undefined) quorum = insist((rest[0] === 'none' || members.has(rest[0])) && rest[0], 'quorum of nobody');
    else throw new Error(`a line that is not understood: ${line}`);
  }
  insist(logs.length === 1 && quorum !== undefined, 'needs one log line and one quorum line');
  const has = (names, name) => members.get(name).of?.filter(m => has(names, m)).length >= members.get(name).need || names.has(name);
  return { log: logs[0], witnesses: [...members].filter(([, m]) => m.key !== undefined).map(([name, m]) => ({ name, as: m.key.name, raw: m.key.raw })), met: names => quorum === 'none' || has(names, quorum) };
};
const readNote = bytes => {
  insist(bytes.length <= 2 ** 20 && isUtf8(bytes) && bytes.every(c => c === 10 || c >= 32), 'not a signed note');
  const whole = bytes.toString('latin1'), cut = whole.lastIndexOf('\n\n'), lines = whole.slice(cut + 2, -1).split('\n');
  insist(cut > 0 && whole.endsWith('\n') && cut + 2 < whole.length && lines.length <= 100, 'no signatures, or too many');
  return { text: bytes.subarray(0, cut + 1), signatures: lines.map(line => {
    const [, name, text] = insist(/^\u00e2\u0080\u0094 ([!-*,-~]{1,255}) (\S{7,})$/.exec(line), 'a line that is no signature'), blob = insist(base64(text).length > 4 && base64(text), 'a signature of four bytes');
    return { name, id: blob.subarray(0, 4), blob: blob.subarray(4) };
  }) };
};
/** The signatures of one key: undefined when there is none, else whether all of them hold. */
const signedBy = (note, name, type, raw, holds) => {
  const own = note.signatures.filter(s => s.name === name && s.id.equals(keyId(name, type, raw)));
  return own.length === 0 ? undefined : own.every(s => holds(s.blob));
};
const signedByLog = (note, name, raw) => signedBy(note, name, 1, raw, blob => ed25519(raw, note.text, blob));
const hashes = list => list.map(h => base64(h, 32).toString('latin1'));
const readCheckpoint = note => {
  const [origin, size, root, end, ...more] = note.text.toString('latin1').split('\n');
  return { origin: insist(NAME.test(origin) && end === '' && more.length === 0 && origin, 'a checkpoint has three lines'), size: decimal(size), root: hashes([root])[0], shown: root };
};
/** The way up of RFC 9162 2.1.3.2 and 2.1.4.2. Numbers beyond 2^31, so no bit operators. */
const climb = (fn, sn, path, both, right) => {
  for (const p of path) {
    insist(sn > 0, 'proof too long');
    if (fn % 2 === 1 || fn === sn) {
      both(p);
      while (fn % 2 === 0 && fn !== 0) { fn /= 2; sn = Math.floor(sn / 2); }
    } else right(p);
    fn = Math.floor(fn / 2); sn = Math.floor(sn / 2);
  }
  insist(sn === 0, 'proof too short');
};
const rootByInclusion = (leaf, index, size, path) => {
  let r = insist(index < size && leaf, 'index beyond the tree');
  climb(index, size - 1, path, p => { r = node(p, r); }, p => { r = node(r, p); });
  return r;
};
const consistent = (from, fromRoot, to, toRoot, proof) => {
  insist(from > 0 && from < to && proof.length > 0, 'sizes of a consistency proof');
  const [first, ...path] = Number.isInteger(Math.log2(from)) ? [fromRoot, ...proof] : proof;
  let fn = from - 1, sn = to - 1, fr = first, sr = first;
  for (; fn % 2 === 1; fn = Math.floor(fn / 2)) sn = Math.floor(sn / 2);
  climb(fn, sn, path, p => { fr = node(p, fr); sr = node(p, sr); }, p => { sr = node(sr, p); });
  insist(fr === fromRoot && sr === toRoot, 'the trees are not consistent');
};
/** Grows from the left: equal neighbours merge, so at most one subtree of each width is held. */
class Stack {
  #parts = []; #end = 0;
  push(hash, width = 1) {
    let h = hash, w = width;
    insist(this.#end % w === 0, 'a subtree that is not aligned');
    this.#end += w;
    while (this.#parts.at(-1)?.width === w) { h = node(this.#parts.pop().hash, h); w *= 2; }
    this.#parts.push({ hash: h, width: w });
  }
  root(more) { for (const part of more) this.push(...part); return this.#parts.map(p => p.hash).reduceRight((r, l) => node(l, r)); }
}
const WORDS_OF = {
  fr: { trust: 'confiance : journal', global: 'point de contrôle global signé', cosigned: 'attesté par le témoin', quorum: 'quorum de témoins atteint', log: 'journal', included: 'inscrit dans le journal global', events: 'événements relus, suite complète, racine retrouvée', period: 'période couverte',
    stamp: 'horodatage à contrôler par', pruned: 'entrées purgées avant l’indice', gap: 'journal antérieur perdu, déclaré par', views: 'vues (ne font pas preuve)', because: 'cause :', late: 'événements antidatés de plus de 120 s (enregistrés tard, ce n’est pas un échec) :', nobody: 'ATTENTION : la politique de confiance ne demande aucun témoin',
    not: ['Ce qui n’est pas prouvé : que les événements disent vrai (seulement qu’ils furent écrits ainsi, dans cet ordre, et inchangés depuis) ; que chaque acte a son événement ; les instants, au-delà de ceux des témoins et des horodatages ;',
      'les actes enregistrés à plus de 120 s de l’horloge de leur auteur ; les vues ; la signature des horodatages ; l’absence d’un autre dossier signé d’une autre clé.'] },
  en: { trust: 'trust: log', global: 'signed global checkpoint', cosigned: 'cosigned by witness', quorum: 'witness quorum reached', log: 'log', included: 'included in the global log', events: 'events read again, none missing, root found', period: 'period covered',
    stamp: 'timestamp, to be checked by', pruned: 'entries pruned below index', gap: 'earlier log lost, as stated by', views: 'views (not evidence)', because: 'because:', late: 'events dated more than 120 s back (recorded late, which is no failure):', nobody: 'WARNING: the trust policy asks for no witness at all',
    not: ['Not proven: that the events are true (only that they were written thus, in this order, and not changed since); that every act has its event; the instants, beyond those of witnesses and timestamps;',
      'acts recorded more than 120 s away from the clock of their author; the views; the signatures of timestamps; that no other bundle exists under another key.'] },
};
/** What each reason means, in both languages; the detail that follows it is for those who write programs. */
const MEANS = Object.fromEntries(`\
trust | le fichier de confiance est illisible, mal formé ou incomplet | the trust file cannot be read, is malformed or incomplete || archive | le fichier est illisible, ou n’est pas un dossier d’audit entier et intact | the file cannot be read, or is not a whole, intact audit bundle ||
manifest | le manifeste est mal formé ou se contredit | the manifest is malformed or contradicts itself || version | le dossier est d’une version que ce programme ne connaît pas | the bundle is of a version that this program does not know ||
files | les fichiers du dossier ne sont pas ceux du manifeste | the files of the bundle are not those of its manifest || global-checkpoint | le point de contrôle global n’est pas signé par le journal de confiance | the global checkpoint is not signed by the trusted log ||
quorum | trop peu de témoins de confiance ont attesté le point global, ou l’un d’eux l’a mal fait | too few of the trusted witnesses have cosigned the global checkpoint, or one of them badly || log-checkpoint | le point de contrôle du journal n’est pas signé par le journal de confiance | the checkpoint of the log is not signed by the trusted log ||
inclusion | le journal n’est pas inscrit dans le journal global | the log is not included in the global log || consistency | un point horodaté n’est pas un début du journal global | a timestamped checkpoint is no beginning of the global log ||
discontinuity | les déclarations de perte ne sont pas signées ou ne s’enchaînent pas | the statements of loss are not signed or do not follow each other || events | des événements sont mal formés, d’un autre journal, en trop ou absents | events are malformed, of another log, too many or missing ||
root | ces événements, dans cet ordre, ne donnent pas la racine signée | these events, in this order, do not give the signed root || period | des événements de la période peuvent être hors du dossier | events of the period may lie outside of the bundle ||
views | une vue n’est pas celle du manifeste | a view is not the one of the manifest || timestamp | un horodatage ne porte pas sur son point de contrôle | a timestamp is not about its checkpoint ||
internal | le programme n’a pas pu finir | the program could not finish`.split(/ \|\|\s/).map(line => line.split(' | ')).map(([reason, fr, en]) => [reason, { fr, en }]));
const shown = text => String(text).slice(0, 500).replace(/[^ -~\u00a1-\u024f]/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
/** DER: the SHA-256 that a granted RFC 3161 response is about; throws when it is none. */
const imprint = der => {
  const read = (p, end) => {
    const k = insist(p + 2 <= end && der[p + 1] !== 0x80, 'DER') && der[p + 1] > 0x80 ? der[p + 1] - 0x80 : 0, at = p + 2 + k;
    const n = k === 0 ? der[p + 1] : insist(k <= 4 && at <= end, 'DER') && der.readUIntBE(p + 2, k);
    return insist(at + n <= end && (k === 0 || (n >= 0x80 && der[p + 2] !== 0)) && { tag: der[p], at, end: at + n }, 'DER');
  };
  const kids = (el, tag, least, most = least, out = []) => {
    for (let p = insist(el.tag === tag && el, 'not a timestamp response').at; p < el.end; p = out.at(-1).end) out.push(read(p, el.end));
    return insist(out.length >= least && out.length <= most && out, 'not a timestamp response');
  };
  const bytes = el => der.subarray(el.at, el.end), is = (el, tag, ...hex) => insist(el.tag === tag && hex.includes(bytes(el).toString('hex')), 'not a granted response over SHA-256');
  const whole = read(0, der.length), [status, info] = kids(insist(whole.end === der.length && der.length <= 2 ** 20 && whole, 'more after the response'), 0x30, 2), [type, wrapped] = kids(info, 0x30, 2);
  const signed = kids(kids(wrapped, 0xa0, 1)[0], 0x30, 4, Infinity), [kind, boxed] = kids(signed[2], 0x30, 2), octets = kids(boxed, 0xa0, 1)[0], tst = read(octets.at, octets.end), [version, , message, , time] = kids(tst, 0x30, 5, Infinity);
  const [algorithm, digest] = kids(message, 0x30, 2), [sha, nothing] = kids(algorithm, 0x30, 1, 2);
  is(kids(status, 0x30, 1, Infinity)[0], 0x02, '00', '01'); is(type, 0x06, '2a864886f70d010702'); is(kind, 0x06, '2a864886f70d0109100104'); is(version, 0x02, '01'); is(sha, 0x06, '608648016503040201'); if (nothing !== undefined) is(nothing, 0x05, '');
  return insist(kids(signed.at(-1), 0x31, 1, Infinity) && octets.tag === 0x04 && tst.end === octets.end && time.tag === 0x18 && bytes(time).every(c => c < 0x80) && digest.tag === 0x04 && bytes(digest), 'not a timestamp response');
};
const readStatement = (note, raw, name) => {
  const [head, old, size, root, recovered, fresh, at, reason, end, ...more] = insist(signedByLog(note, name, raw) === true && note.text, 'a statement without the signature').toString('latin1').split('\n');
  insist(head === 'cadastre-discontinuity/v1' && NAME.test(old) && NAME.test(fresh) && base64(root, 32) && decimal(recovered) <= decimal(size) && isInstant(at) && reason.length >= 1 && reason.length <= 500 && end === '' && more.length === 0, 'a statement of another form');
  return { old, fresh };
};
const filesOf = (m, zip, digests) => {
  insist(Object.keys(m.files).join('\n') === [...zip.entries.keys()].filter(n => n !== 'manifest.json').sort().join('\n'), 'the entries are not those of the manifest');
  insist(m.views.join() === [...zip.entries.keys()].flatMap(n => (n.startsWith('views/') ? [n.slice(6, n.indexOf('.'))] : [])).join(), 'the views are not those of the manifest');
  for (const [name, { bytes, sha256: digest }] of Object.entries(m.files)) insist(bytes === zip.entries.get(name).size && (!digests.has(name) || digest === digests.get(name)), `${name} is not the file of the manifest`);
};
const readManifest = m => {
  fields(m, { end: isSize, files: isObject, first: isSize, kind: k => k === 'cadastre-audit-bundle', log: isText, period: isObject, pruned_before: isSize, v: isSize, views: v => isList(v) && v.every(isText) }, 'manifest');
  fields(m.period, { from: isInstant, to: isInstant }, 'period');
  for (const f of Object.values(m.files)) fields(f, { bytes: isSize, sha256: h => isText(h) && /^[0-9a-f]{64}$/.test(h) }, 'files');
  insist(m.first < m.end && ms(m.period.from) < ms(m.period.to) && m.pruned_before <= m.first, 'empty range or period, or pruned inside');
};
const readProofs = (p, m, log, global) => {
  fields(p, { consistency: isList, inclusion: isObject, range: isObject }, 'proofs');
  fields(p.inclusion, { hashes: isList, index: isSize, leaf: isText, size: isSize }, 'inclusion');
  fields(p.range, { end: isSize, first: isSize, left: isList, right: isList, size: isSize }, 'range');
  for (const c of p.consistency) fields(c, { from: isSize, hashes: isList, to: isSize }, 'consistency');
  for (const list of [p.inclusion.hashes, p.range.left, p.range.right, ...p.consistency.map(c => c.hashes)]) hashes(list);
  const leaf = base64(p.inclusion.leaf), said = `cadastre-global-leaf/v1\n${sha256(m.log).toString('base64')}\n${log.size}\n${log.shown}\n`;
  insist(leaf.toString('latin1') === said && p.inclusion.size === global.size, 'the global leaf speaks of another log');
  insist(rootByInclusion(leafHash(Buffer.concat([Buffer.of(0), leaf])), p.inclusion.index, global.size, hashes(p.inclusion.hashes)) === global.root, 'the path leads to another root');
  return p;
};
const cosigners = (trust, note, say) => {
  const signed = new Set();
  for (const w of trust.witnesses) {
    const held = signedBy(note, w.as, 4, w.raw, blob => {
      const time = blob.length === 72 ? blob.readBigUInt64BE(0) : 2n ** 53n;
      if (time < 253402300800n) say('cosigned', `${w.as} ${new Date(Number(time) * 1000).toISOString()}`);
      return time < 2n ** 53n && ed25519(w.raw, Buffer.concat([Buffer.from(`cosignature/v1\ntime ${time}\n`), note.text]), blob.subarray(8));
    });
    if (insist(held !== false, `the cosignature of ${w.as} does not hold`) && held) signed.add(w.name);
  }
  insist(trust.met(signed), `cosigned by ${signed.size} of ${trust.witnesses.length} trusted witnesses: not enough`);
};
/** Each earlier, timestamped global tree is a beginning of the one in the bundle. */
const stamped = async (zip, stamps, proofs, global, O, raw) => {
  const roots = new Map(await each(stamps, async n => {
    const note = readNote(await read(zip, `timestamps/${n}.checkpoint`)), point = readCheckpoint(note);
    insist(point.origin === O && point.size === Number(n) && signedByLog(note, O, raw) === true && (point.size < global.size || (point.size === global.size && point.root === global.root)), `timestamps/${n}.checkpoint`);
    return [point.size, point.root];
  }));
  const wanted = [...roots.keys()].filter(n => n !== global.size);
  insist(wanted.length === proofs.consistency.length, 'a proof for each timestamp, and no other');
  proofs.consistency.forEach((c, k) => { insist(c.from === wanted[k] && c.to === global.size, 'a proof of something else'); consistent(c.from, roots.get(c.from), c.to, global.root, hashes(c.hashes)); });
};
/** The subtrees on both sides of the range, or undefined when they do not fit. */
const sidesOf = (range, m, log) => {
  if (!(range.first === m.first && range.end === m.end && range.size === log.size && m.end <= log.size)) return undefined;
  const left = [], right = []; for (let w = 2 ** 52, rest = m.first; w >= 1; w /= 2) if (rest >= w) { left.push(w); rest -= w; }
  for (let at = m.end; at < log.size;) { let w = 1; while (at % (2 * w) === 0 && at + 2 * w <= log.size) w *= 2; right.push(w); at += w; }
  if (range.left.length !== left.length || range.right.length !== right.length) return undefined;
  return [hashes(range.left).map((h, k) => [h, left[k]]), hashes(range.right).map((h, k) => [h, right[k]])];
};
const TEXT = '"[^"\\\\\\x00-\\x1f]*"', NUMBER = '-?(?:0|[1-9][0-9]{0,14})', LITERAL = text => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
/** Spares most lines the scan. A line without escapes or spaces that passed it stands for all that have its keys and tokens, its log, type and v, and other texts and numbers elsewhere: their pattern, whose one group is the time. */
const patternOf = line => {
  if (line.length > 4096 || line.includes('\\') || /\s/.test(line.replace(/"[^"]*"/g, '')) || line.split('"time":').length !== 2) return undefined;
  const token = (all, time, kept, text) => (time ? `"time":"(${INSTANT.source.slice(1, -1)})"` : kept ? LITERAL(kept) : text ? TEXT : /\d/.test(all) ? NUMBER : LITERAL(all));
  return new RegExp(`${line.replace(/("time":"[^"]*")|("(?:log|type)":"[^"]*"|"v":1(?!\d)|"[^"]*":)|("[^"]*")|-?\d+|[[\]{}]/g, token)}\n`, 'y');
};
/** Time, and whether it is a heartbeat, of the line at `from`, which has passed the rules. */
const factsOf = (b, text, from, lf, logs, learned) => {
  // What follows the type, which is near the end, says which patterns are worth a try.
  const tail = text.slice(Math.max(from, lf - 96), lf), at = tail.lastIndexOf(',"type":'), kind = at === -1 ? '' : tail.slice(at), known = learned.get(kind) ?? [];
  for (const { pattern, beats } of known) {
    pattern.lastIndex = from;
    const found = pattern.exec(text);
    if (found !== null) return { time: found[1], beats };
  }
  const { log, time, type, v } = parse(b.toString('utf8', from, lf)), beats = type === 'audit.log.heartbeat';
  insist(v === 1 && logs.has(log) && isInstant(time), 'v, log or time');
  // Few enough that a bundle of odd lines costs no memory, and no long search.
  const pattern = known.length < 16 && [...learned.values()].flat().length < 512 ? patternOf(text.slice(from, lf)) : undefined;
  if (pattern !== undefined) learned.set(kind, [...known, { pattern, beats }]);
  return { time, beats };
};
const readEvents = async (zip, m, logs, tree) => {
  const entry = zip.entries.get('events.jsonl'), leaf = Buffer.alloc(16_385), learned = new Map();
  let lines = 0, rest = Buffer.alloc(0), before, last, beaten = -Infinity, late = 0;
  const digest = await stream(zip, entry, chunk => {
    const b = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]), whole = b.lastIndexOf(0x0a) + 1, text = b.toString('latin1', 0, whole);
    insist(isUtf8(b.subarray(0, whole)), `near event ${m.first + lines}: not UTF-8`);
    for (let from = 0, lf; from < whole; from = lf + 1) {
      lf = b.indexOf(0x0a, from);
      insist(lf - from >= 2 && lf - from <= 16_384, `event ${m.first + lines}: length`);
      last = factsOf(b, text, from, lf, logs, learned);
      before ??= last; const at = ms(last.time);
      if (at < beaten - MARGIN_MS) late++; else if (last.beats && at > beaten) beaten = at;
      insist(++lines <= m.end - m.first, 'more events than stated');
      b.copy(leaf, 1, from, lf);
      tree.push(leafHash(leaf.subarray(0, lf - from + 1)));
    }
    rest = insist(b.length - whole <= 16_384 && b.subarray(whole), `event ${m.first + lines}: length`);
  });
  insist(rest.length === 0 && lines === m.end - m.first, 'not as many events as stated');
  insist(m.files['events.jsonl'].bytes === entry.size && m.files['events.jsonl'].sha256 === digest, 'not the file of the manifest');
  return [before, last, late];
};
/** The checks in the order of the specification; answers the verdict of a bundle in which all hold. `say` hears what was found, word by word. */
export const verifyBundle = async (trustPath, bundlePath, say = () => undefined) => {
  const trust = await check('trust', () => readTrust(readFileSync(trustPath))), { name: O, raw } = trust.log;
  const zip = await check('archive', () => openZip(bundlePath)), names = [...zip.entries.keys()], views = names.filter(n => n.startsWith('views/'));
  try {
    const digests = await check('archive', async () => new Map(await each(names.filter(n => n !== 'events.jsonl' && !views.includes(n)), async n => {
      const e = zip.entries.get(n);
      return [n, await stream(zip, insist(e.size <= SMALL && e.packed <= SMALL + 2 ** 16 && e, `${n} is larger than 16 MiB`), () => undefined)];
    })));
    const m = await check('manifest', async () => json(await read(zip, 'manifest.json')));
    await check('manifest', () => insist(isInteger(m.v), 'v')); await check('version', () => insist(m.v === 1, `version ${m.v}: this program knows version 1`));
    await check('manifest', () => readManifest(m)); await check('files', () => filesOf(m, zip, digests)); say('trust', O);
    const note = await check('global-checkpoint', async () => readNote(await read(zip, 'global.checkpoint'))), global = await check('global-checkpoint', () => readCheckpoint(note));
    await check('global-checkpoint', () => insist(global.origin === O && global.size > 0 && signedByLog(note, O, raw) === true, 'not signed by the trusted log')); say('global', `${O} ${global.size} ${global.shown}`);
    await check('quorum', () => cosigners(trust, note, say)); say(trust.met(new Set()) ? 'nobody' : 'quorum', '');
    const signed = await check('log-checkpoint', async () => readNote(await read(zip, 'log.checkpoint'))), log = await check('log-checkpoint', () => {
      const point = readCheckpoint(signed);
      insist(point.origin === m.log && (m.log === `${O}/provider` || (m.log.startsWith(`${O}/t/`) && /^[A-Za-z0-9_-]+$/.test(m.log.slice(O.length + 3)))), 'not a log of the trusted origin');
      return insist(signedByLog(signed, m.log, raw) === true && point, 'not signed by the trusted key');
    }); say('log', `${m.log} ${log.size} ${log.shown}`);
    const proofs = await check('inclusion', async () => readProofs(json(await read(zip, 'proofs.json')), m, log, global)), stamps = names.flatMap(n => /^timestamps\/(\d+)\.checkpoint$/.exec(n)?.[1] ?? []); say('included', proofs.inclusion.index); await check('consistency', () => stamped(zip, stamps, proofs, global, O, raw));
    const statements = await check('discontinuity', () => each(names.filter(n => n.startsWith('discontinuities/')), async n => readStatement(readNote(await read(zip, n)), raw, O)));
    await check('discontinuity', () => insist(statements.every((s, k) => s.fresh === (statements[k + 1]?.old ?? O)), 'statements that do not follow each other'));
    const sides = sidesOf(proofs.range, m, log), tree = new Stack(), logs = new Set([m.log, ...statements.map(s => s.old + m.log.slice(O.length))]);
    sides?.[0].forEach(part => tree.push(...part));
    const [before, last, late] = await check('events', () => readEvents(zip, m, logs, sides === undefined ? { push: () => undefined } : tree));
    await check('root', () => insist(sides !== undefined && tree.root(sides[1]) === log.root, 'these events do not give the signed root')); say('events', m.end - m.first); if (late > 0) say('late', late);
    const beat = (e, holds) => e.beats && holds(ms(e.time)); await check('period', () => insist((m.first === 0 || beat(before, t => t <= ms(m.period.from) - MARGIN_MS)) && beat(last, t => t >= ms(m.period.to) + MARGIN_MS), 'the range may leave out events of the period')); say('period', `${m.period.from} - ${m.period.to}`);
    await check('views', async () => { for (const v of views) insist(m.files[v].bytes === zip.entries.get(v).size && m.files[v].sha256 === (await stream(zip, zip.entries.get(v), () => undefined)), `${v} is not the file of the manifest`); }); views.forEach(v => say('views', v));
    await check('timestamp', async () => { for (const n of stamps) insist(imprint(await read(zip, `timestamps/${n}.tsr`)).equals(sha256(await read(zip, `timestamps/${n}.checkpoint`))), `timestamps/${n}.tsr is about other bytes`); });
    for (const n of stamps) say('stamp', `openssl ts -verify -data timestamps/${n}.checkpoint -in timestamps/${n}.tsr -CAfile CA.pem`);
    if (m.pruned_before > 0) say('pruned', m.pruned_before); for (const s of statements) say('gap', s.old);
    return statements.length === 0 ? ['OK', `${m.end - m.first} events`, 0] : ['DISCONTINUITY', statements.at(-1).old, 2];
  } finally { zip.close(); }
};
const main = async args => {
  const at = (flag, i = args.indexOf(flag)) => (i === -1 ? undefined : args.splice(i, 2)[1]), lang = at('--lang') ?? (/^en/i.test(process.env.LC_ALL || process.env.LANG || '') ? 'en' : 'fr'), trust = at('--trust');
  const say = (word, about) => console.log(`${WORDS_OF[lang][word]} ${shown(about)}`.trimEnd());
  const end = (word, about, code) => { console.log(`verdict: ${word} ${about.replace(/[^ -~]/g, '?')}`); process.exitCode = code; };
  if (!Object.hasOwn(WORDS_OF, lang) || trust === undefined || args.length !== 1 || args[0].startsWith('--')) return end('FAIL', 'usage', 1, console.log('node verify.mjs --trust FILE [--lang fr|en] BUNDLE.zip'));
  process.on('SIGINT', () => { end('FAIL', 'internal', 1); process.exit(); }).stdout.on('error', () => process.exit(1));
  const verdict = await verifyBundle(trust, args[0], say).catch(({ reason = 'internal', message }) => {
    console.log(`${WORDS_OF[lang].because} ${MEANS[reason][lang]} (${shown(message)})`);
    return ['FAIL', reason, 1];
  });
  if (verdict[2] !== 1) WORDS_OF[lang].not.forEach(l => console.log(l));
  end(...verdict);
};
if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await main(process.argv.slice(2));
