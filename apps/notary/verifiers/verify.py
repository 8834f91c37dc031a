#!/usr/bin/env python3
"""Verify an audit bundle offline: verify.py --trust FILE [--lang fr|en] BUNDLE.zip
Python 3.9 or later and its standard library; no network, constant memory. The checks, their order and the words of the verdict are those of docs/audit-bundle.md.
What is believed comes from FILE, which you must have from somewhere else than the bundle. The last line is the verdict; exit 0: OK, 1: FAIL, 2: DISCONTINUITY.
How it is written: `verify` yields the name of each check as it begins; whatever a function cannot accept is an exception, and fails the check that has begun."""
import base64, hashlib, json, os, re, stat, struct, subprocess, sys, time, unicodedata, zlib
MAX_INT, MAX_LINE, MAX_SMALL, MAX_ENTRY, MAX_TRUST, CHUNK, HEARTBEAT, SLACK_MS = 2**53 - 1, 16384, 1 << 20, 16 << 20, 64 << 10, 256 << 10, "audit.log.heartbeat", 120_000
NAME, DECIMAL, HASH = r"[!-*,-~]{1,255}", r"0|[1-9][0-9]{0,15}", r"[0-9A-Za-z+/]{42}[AEIMQUYcgkosw048]="
INSTANT = r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z"
TEXT = {key: (french, english) for key, french, english in (text.split(" | ") for text in """\
trust | fichier de confiance bien formé | trust file well formed || archive | zip d'un paquet d'audit, octet pour octet | zip of an audit bundle, byte for byte ||
manifest | manifeste complet et cohérent | manifest whole and coherent || version | version connue de ce programme | version known to this program ||
files | fichiers conformes au manifeste | files as in the manifest || global-checkpoint | point global signé par l'opérateur | global checkpoint signed by the operator ||
quorum | point global cosigné par assez de témoins | global checkpoint cosigned by enough witnesses || log-checkpoint | point du journal signé par l'opérateur | checkpoint of the log signed by the operator ||
inclusion | point du journal contenu dans le journal global | checkpoint of the log contained in the global log || consistency | points horodatés antérieurs dans le même journal global | timestamped checkpoints earlier in the same global log ||
discontinuity | déclarations de perte signées et enchaînées | statements of loss signed and chained || events | événements bien formés, de ce journal, au complet | events well formed, of this log, all there ||
root | événements, dans cet ordre, sous la racine signée | events, in this order, under the signed root || edge | n° {} : {} {} | no. {}: {} {} ||
period | rien de la période hors du paquet | nothing of the period outside of the bundle || views | vues conformes (non probantes) | views as listed (no evidence) ||
timestamp | horodatages de ces points | timestamps of these checkpoints || yes | {:>2}. {} : oui | {:>2}. {}: yes || no | {:>2}. NON : le contrôle « {} » ne tient pas. {} | {:>2}. NO: the check "{}" does not hold. {} ||
usage | usage : verify.py --trust FICHIER [--lang fr|en] PAQUET.zip | usage: verify.py --trust FILE [--lang fr|en] BUNDLE.zip || none | ATTENTION : votre fichier de confiance ne demande aucun témoin | WARNING: your trust file asks for no witness ||
witness | témoin {} : cosigné le {} (son heure) | witness {}: cosigned on {} (its time) || head | {} : taille {}, racine {} | {}: size {}, root {} ||
lost | le {5} : {0} (taille {1}) est perdu, repris à {3} sous {4} : {6} | {5}: {0} (size {1}) is lost, resumed at {3} as {4}: {6} ||
range | n° {} à {} sur {}, période du {} au {} | no. {} to {} of {}, period from {} to {} || pruned | purgés : les événements avant le n° {} | pruned: the events before no. {} ||
pii | {} événements à données personnelles chiffrées (effacées si leur clé fut détruite) | {} events with encrypted personal data (erased if their key was destroyed) ||
late | {} événements antidatés de plus de 120 s, dès le n° {} | {} events back-dated by more than 120 s, from no. {} on ||
stamp | taille {0} horodatée {1} (heure de l'autorité) ; à vérifier : {2} AUTORITE.pem | size {0} timestamped {1} (the authority's time); to be checked: {2} AUTHORITY.pem ||
not | NON prouvé : que les événements disent vrai (seulement qu'ils furent écrits ainsi, dans cet ordre, sans changement depuis) ; que tout acte fut écrit ; les instants, au-delà de ceux des
    témoins et horodatages ; les actes enregistrés à plus de 120 s près ; les vues ; la signature des horodatages ; qu'il n'existe pas d'autre paquet sous une autre clé. | NOT proven: that
    the events are true (only that they were written thus, in that order, and not changed since); that every act was written; instants, beyond the witnesses' and the timestamps'; acts
    recorded more than 120 s off; the views; the signature of the timestamps; that no other bundle exists under another key.""".replace("||\n", "|| ").split(" || "))}
REASONS = [key for key in TEXT if key not in ("edge", "yes")][:16]
class Refusal(ValueError): """A check that does not hold, said in our words and not in those of Python."""
def need(holds, detail=""):
    if not holds: raise Refusal(detail)
def shown(text, most=300):
    """A foreign text, safe to print: control, format, bidirectional, surrogate and odd space characters are escaped."""
    return "".join(c if c == " " or unicodedata.category(c)[0] not in "CZ" else "\\u{%04X}" % ord(c) for c in text[:most]) + ("..." if len(text) > most else "")
# ---- Ed25519 under the one rule of the specification. Points are (X, Y, Z, XY/Z) on -x² + y² = 1 + d·x²·y² modulo P.
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT_M1 = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)
Y8 = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826  # y of two of the points of order 8; -y is that of the two others
def add(p, q):  # the sum of two points, equal or not (RFC 8032 §5.1.4)
    a, b, c, d = (p[1] - p[0]) * (q[1] - q[0]), (p[1] + p[0]) * (q[1] + q[0]), 2 * D * p[3] * q[3] % P, 2 * p[2] * q[2] % P
    e, f, g, h = (b - a) % P, d - c, d + c, (b + a) % P
    return e * f % P, g * h % P, f * g % P, e * h % P
def point(raw):
    """The point that 32 bytes encode canonically, or None; None too for the eight points of small order, which these y tell."""
    y, odd = int.from_bytes(raw, "little") & (2**255 - 1), raw[31] >> 7
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * v**3 % P * pow(u * v**7 % P, (P - 5) // 8, P) % P
    x = x if (v * x * x + u) % P else x * ROOT_M1 % P
    x = x if x & 1 == odd else P - x
    return None if y >= P or y in (0, 1, P - 1, Y8, P - Y8) or (v * x * x - u) % P else (x, y, 1, x * y % P)
BASE = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
def ed25519(key, message, signature):
    """Whether `signature` over `message` is that of `key` (32 bytes). No cofactor; R is compared as bytes."""
    a, s = point(key), int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or s >= L or a is None: return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    total, minus = (0, 1, 1, 0), (P - a[0], a[1], 1, P - a[3])
    table = None, BASE, minus, add(BASE, minus)
    for i in range(252, -1, -1):  # [s]B - [h]A, one bit of both at a time
        total, which = add(total, total), (s >> i & 1) | (h >> i & 1) << 1
        total = add(total, table[which]) if which else total
    z = pow(total[2], -1, P)
    return (total[1] * z % P | (total[0] * z % P & 1) << 255).to_bytes(32, "little") == signature[:32]
# ---- Texts: base64, numbers, instants, notes, checkpoints, the trust file
def unbase64(text):
    raw = base64.b64decode(text, validate=True)
    need(base64.b64encode(raw).decode() == text)
    return raw
def decimal(text):
    need(re.fullmatch(DECIMAL, text) and int(text) <= MAX_INT)
    return int(text)
def instant(text):  # in milliseconds, on a scale of its own (years begin in March, so that a leap day ends one)
    y, mo, d, h, mi, s, ms = map(int, re.findall("[0-9]+", text))
    y, mo = (y, mo - 3) if mo > 2 else (y - 1, mo + 9)
    return (((y * 365 + y // 4 - y // 100 + y // 400 + (153 * mo + 2) // 5 + d) * 24 + h) * 60 + mi) * 60_000 + s * 1000 + ms
def key_id(name, kind, key): return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + key).digest()[:4]
def signed_note(raw, origin, key):
    """(text, [(name, key id, blob)]) of a note that `key` signed under the name `origin`."""
    text, _, tail = raw.decode().rpartition("\n\n")
    need(text and not re.search(r"[\x00-\x09\x0b-\x1f]", text) and re.fullmatch("(?:\u2014 %s [0-9A-Za-z+/=]+\n){1,100}" % NAME, tail))
    signatures = [(name, unbase64(blob)) for _, name, blob in (line.split(" ") for line in tail[:-1].split("\n"))]
    ours = [blob[4:] for name, blob in signatures if name == origin and blob[:4] == key_id(origin, 1, key)]
    need(all(len(blob) > 4 for _, blob in signatures) and ours and all(ed25519(key, (text + "\n").encode(), blob) for blob in ours))
    return text + "\n", [(name, blob[:4], blob[4:]) for name, blob in signatures]
def checkpoint(raw, origin, key):
    """(size, root, text, signatures) of a checkpoint of `origin` signed by `key`."""
    text, signatures = signed_note(raw, origin, key)
    name, size, root, end = text.split("\n")
    need(name == origin and decimal(size) > 0 and re.fullmatch(HASH, root) and not end)
    return int(size), unbase64(root), text, signatures
def read_trust(path):
    """The trust file: the operator's origin and key, {(key name, key id): (name, key)} of the witnesses, the quorum's name, a test whether names make it."""
    with open(path, "rb") as file: raw = file.read(MAX_TRUST + 1)
    need(len(raw) <= MAX_TRUST and not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", raw))
    logs, quorums, witnesses, rules, keys, used = [], [], {}, {"none": (0, ())}, set(), {"none"}
    for line in raw.decode("latin-1").split("\n"):
        items = re.findall("[^ \t]+", line)
        (word, name, third), rest = (items + ["", "", ""])[:3], items[3:]
        if word[:1] in ("", "#"): continue
        need(line.isascii() and (name in rules if word == "quorum" else word == "log" or name not in rules and re.fullmatch(NAME, name)), line)
        if word in ("log", "witness"):
            key_name, kid, key = re.fullmatch(r"(%s)\+([0-9a-f]{8})\+(.+)" % NAME, name if word == "log" else third).groups()
            kind, key = unbase64(key)[0], unbase64(key)[1:]
            need(len(key) == 32 and point(key) and key not in keys and kind == (1 if word == "log" else 4) and key_id(key_name, kind, key).hex() == kid, line)
            keys.add(key)
        if word == "log" and not rest: logs.append((key_name, key))
        elif word == "quorum" and not third: quorums.append(name)
        elif word == "witness" and len(rest) < 2: rules[name], witnesses[key_name, bytes.fromhex(kid)] = (1, ()), (name, key)
        else:
            least = 1 if third == "any" else len(rest) if third == "all" else decimal(third)
            need(word == "group" and 1 <= least <= len(rest) == len(set(rest)) and set(rest) <= set(rules) and not used & set(rest), line)
            rules[name], used = (least, rest), used | set(rest)
    need(len(logs) == 1 == len(quorums), "%d log, %d quorum" % (len(logs), len(quorums)))
    ((origin, key),), (quorum,) = logs, quorums
    def met(true):
        for name, (least, members) in rules.items():  # members stand before their groups, so one walk is enough
            if members and sum(member in true for member in members) >= least: true.add(name)
        return quorum in true
    return origin, key, witnesses, quorum, met
# ---- JSON under the rules of the specification
def members(pairs):
    keys = [pair[0] for pair in pairs]
    need(not any(a >= b for a, b in zip(keys, keys[1:])) and all(" " <= c <= "~" for c in "".join(keys)))
    return dict(pairs)
JSON = json.JSONDecoder(object_pairs_hook=members, parse_int=lambda n: decimal(n.lstrip("-")) * (-1) ** ("-" in n), parse_float=decimal, parse_constant=decimal)
def depth(value):
    return 1 + max(map(depth, value.values() if isinstance(value, dict) else value), default=0) if isinstance(value, (dict, list)) else 0
def parse_json(raw, is_file=False):
    """The object that the bytes are, nested at most 64 deep; in a file, one line."""
    value = JSON.decode(raw.decode())
    need(isinstance(value, dict) and (raw.count(b"[") + raw.count(b"{") <= 64 or depth(value) <= 64) and (not is_file or raw.find(b"\n") == len(raw) - 1))
    return value
def has(value, shape):
    """Whether a JSON value is of a shape: int (not negative), a pattern of text, [shape of each], {exactly these fields}, {str: shape of each}."""
    if isinstance(shape, list): return isinstance(value, list) and all(has(item, shape[0]) for item in value)
    if isinstance(shape, dict):
        return isinstance(value, dict) and (str in shape or set(value) == set(shape)) and all(has(value[key], shape.get(str) or shape[key]) for key in value)
    return type(value) is int and value >= 0 if shape is int else isinstance(value, str) and re.fullmatch(shape, value) is not None
PROOFS = {"consistency": [{"from": int, "hashes": [HASH], "to": int}], "inclusion": {"hashes": [HASH], "index": int, "leaf": "(?s:.*)", "size": int},
          "range": {"end": int, "first": int, "left": [HASH], "right": [HASH], "size": int}}
MANIFEST = {"end": int, "files": {str: {"bytes": int, "sha256": "[0-9a-f]{64}"}}, "first": int, "kind": "cadastre-audit-bundle", "log": "(?s:.*)",
            "period": {"from": INSTANT, "to": INSTANT}, "pruned_before": int, "v": int, "views": ["(?s:.*)"]}
# ---- The zip: one fixed layout, so that it is compared with the bytes that its own list of entries asks for
FIXED = "manifest.json LISEZMOI.txt README.txt verify.py verify.mjs catalogue.fr.md catalogue.en.md policy.txt log.checkpoint global.checkpoint proofs.json".split()
VIEWS, FF = "cadf.jsonl cef.txt cloudevents.jsonl ecs.jsonl events.parquet ocsf.jsonl".split(), 0xFFFFFFFF
class Archive:
    """The open zip. `entries`: name -> (start of its data, method, CRC-32, packed size, size)."""
    def __init__(self, path):
        need(stat.S_ISREG(os.stat(path).st_mode))
        self.file = open(path, "rb")
        need(self.at(0, 21) != b"age-encryption.org/v1", "(age -d)")
        end = max(0, os.fstat(self.file.fileno()).st_size - 98)
        count, size, start = struct.unpack("<QQQ", self.at(end + 32, 24))
        need(self.at(end, 98) == struct.pack("<IQHHIIQQQQIIQIIHHHHIIH", 0x06064B50, 44, 0x32D, 45, 0, 0, count, count, size, start, 0x07064B50, 0, end, 1,
                                             0x06054B50, 0, 0, 0xFFFF, 0xFFFF, FF, FF, 0) and count <= 64 and size < 1 << 16 and start + size == end)
        self.entries, central, at = {}, self.at(start, size), 0
        for _ in range(count):
            method, crc, n = struct.unpack_from("<H4xI8xH", central, 10)
            name, (size, packed) = central[46:46 + n], struct.unpack_from("<QQ", central, 50 + n)
            expected = struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 0x32D, 45, 0x808, method, 0, 0x21, crc, FF, FF, n, 28, 0, 0, 0, 0x81A40000, FF)
            expected += name + struct.pack("<HHQQQ", 1, 24, size, packed, at)
            local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 45, 0x808, method, 0, 0x21, 0, FF, FF, n, 20) + name + struct.pack("<HHQQ", 1, 16, 0, 0)
            data = at + len(local)
            need(method in (0, 8) and size <= MAX_INT and central.startswith(expected) and data + packed < start and self.at(at, len(local)) == local)
            need(self.at(data + packed, 24) == struct.pack("<IIQQ", 0x08074B50, crc, packed, size))
            self.entries[name.decode("ascii")], central, at = (data, method, crc, packed, size), central[len(expected):], data + packed + 24
        names = list(self.entries)
        self.stamps = sorted({decimal(name[11:-4]) for name in names if re.fullmatch("timestamps/[^/]*[.]tsr", name)})
        self.notes = ["discontinuities/%d.note" % (i + 1) for i in range(sum(name.startswith("discontinuities/") for name in names))]
        self.views = ["views/" + view for view in VIEWS if "views/" + view in names]
        small = FIXED + ["timestamps/%d.%s" % (n, kind) for n in self.stamps for kind in ("checkpoint", "tsr")] + self.notes
        need(at == start and not central and len(names) == count and names == small + ["events.jsonl"] + self.views and 0 not in self.stamps
             and all(self.entries[name][4] <= MAX_ENTRY >= self.entries[name][3] - (64 << 10) and self.digest(name) for name in small))
    def at(self, offset, size): return self.file.read(size) if self.file.seek(offset) == offset else b""
    def stream(self, name):
        """The bytes of an entry in chunks, never more than it declares; at the end, size and CRC-32 must be right. `streamed` is their SHA-256."""
        start, method, crc, packed, size = self.entries[name]
        inflater, tail, got, total, more, self.streamed = zlib.decompressobj(-15), b"", 0, 0, True, hashlib.sha256()
        while more:
            more = b"" if tail else self.at(start, min(CHUNK, packed))
            tail, start, packed = tail or more, start + len(more), packed - len(more)
            need(tail or not packed)
            chunk, tail = (inflater.decompress(tail, CHUNK), inflater.unconsumed_tail) if method else (tail, b"")
            total, got, more = zlib.crc32(chunk, total), got + len(chunk), chunk or tail or packed
            need(got <= size and not inflater.unused_data)
            self.streamed.update(chunk)
            yield chunk
        need(got == size and total == crc and (not method or inflater.eof))
    def digest(self, name):
        for _ in self.stream(name): pass
        return self.streamed.hexdigest()
    def small(self, name):  # a note, a timestamp or a JSON file
        need(self.entries[name][4] <= MAX_SMALL)
        return b"".join(self.stream(name))
# ---- Merkle trees (RFC 6962)
def node(left, right): return hashlib.sha256(b"\1" + left + right).digest()
def push(stack, at, hash_):  # Puts node `at` of its level onto the roots of the perfect subtrees before it, widest first, and joins what is whole
    while at & 1: hash_, at = node(stack.pop(), hash_), at >> 1
    stack.append(hash_)
def included(index, size, hash_, path):  # The root of a tree of `size`, from the hash of leaf `index` and its path (RFC 6962 §2.1.1, from the top down)
    if size == 1 and not path: return hash_
    half = 1 << (size - 1).bit_length() - 1
    if index < half: return node(included(index, half, hash_, path[:-1]), path[-1])
    return node(path[-1], included(index - half, size - half, hash_, path[:-1]))
def grown(size1, size2, root1, path, known=True):
    """(root of size1, root of size2), as a consistency path has them (RFC 6962 §2.1.2): `root1` itself is not in the path where it is a subtree (`known`)."""
    if size1 == size2:
        need(len(path) == (not known))
        return (root1, root1) if known else (path[0], path[0])
    half = 1 << (size2 - 1).bit_length() - 1
    if size1 <= half:
        old, new = grown(size1, half, root1, path[:-1], known)
        return old, node(new, path[-1])
    old, new = grown(size1 - half, size2 - half, root1, path[:-1], False)
    return node(path[-1], old), node(path[-1], new)
# ---- Events
SHAPE, SANE = re.compile(rb'("(?:log|type)":"[^"]*"|"v":-?[0-9]+)|("time":)"[^"]*"|("[^"]*":)|("[^"]*")|(?:\\?-)?[0-9]+'), bytes(range(32, 256)) + b"\n"
def pattern_of(line):
    """What makes parsing superfluous: a pattern of the lines with the same keys and tokens as this one, which passed, but for other strings and numbers in
    values. `line` must have no escape, and no space outside of strings, so that each quote begins or ends a string."""
    value = lambda token: b'"time":"(%s)"' % INSTANT.encode() if token[2] else b'"[^"]*"' if token[4] else b"-?(?:0|[1-9][0-9]{0,14})"
    return re.compile(SHAPE.sub(lambda token: token[1] or token[3] or value(token), re.escape(line)))
def facts_of(line, plain, logs, learned):  # (time, whether it is a heartbeat, whether it has personal data) of an event. `plain`: no escapes in it, and valid UTF-8
    kind = line[line.rfind(b',"type":'):]
    need(len(line) <= MAX_LINE)
    for pattern, beats, personal in learned.get(kind, ()) if plain else ():
        found = pattern.fullmatch(line)
        if found: return found[1], beats, personal
    event = parse_json(line)
    need(has(event.get("time"), INSTANT) and event.get("log") in logs and type(event.get("v")) is int and event["v"] == 1)
    facts = event["time"].encode(), event.get("type") == HEARTBEAT, "pii" in event
    if plain and sum(map(len, learned.values())) < 300 and b" " not in re.sub(b'"[^"]*"', b"", line) and line.count(b'"time":') == 1: learned.setdefault(kind, []).append((pattern_of(line), *facts[1:]))
    return facts
def inflated(archive, path, sha256):
    """events.jsonl in chunks; of many events, out of a process of its own, so that a second processor inflates and sums up while this one looks at lines."""
    try: child = archive.entries["events.jsonl"][4] > MAX_ENTRY and subprocess.Popen(
        [sys.executable, __file__, "--inflate", path, sha256], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError: child = None  # no second process here
    if not child:
        yield from archive.stream("events.jsonl")
        return need(archive.streamed.hexdigest() == sha256)
    with child: yield from iter(lambda: child.stdout.read(CHUNK), b"")
    need(child.returncode == 0)
def walk(chunks, logs, index, end, stack):
    """Checks each line of events.jsonl and hashes it onto `stack`: (first line, last line, back-dated events, the first, events with personal data)."""
    learned, latest, rest, first, late, first_late, personal = {}, b"", b"", b"", 0, 0, 0
    for chunk in chunks:
        whole, end_of_line, rest = (rest + chunk).rpartition(b"\n")
        lines = whole.split(b"\n") if end_of_line else []
        sane = not whole.translate(None, SANE) and "\ufffd" not in whole.decode("utf-8", "replace")
        need(len(rest) <= MAX_LINE and index + len(lines) <= end, index)
        for line in lines:
            try:
                when, beats, has_pii = facts_of(line, sane and b"\\" not in line, logs, learned)
            except (ValueError, TypeError, RecursionError):
                raise Refusal("%d: %s" % (index, line.decode("utf-8", "replace"))) from None
            if when < latest and instant(when.decode()) < instant(latest.decode()) - SLACK_MS: late, first_late = late + 1, first_late if late else index
            latest = when if beats and when > latest else latest
            push(stack, index, hashlib.sha256(b"\0" + line).digest())
            first, personal, index = first or line, personal + has_pii, index + 1
    need(index == end and not rest, str(index))
    return first, line, late, first_late, personal
# ---- RFC 3161
def der(data, tag=None):
    """The elements (tag, content) that follow one another in DER bytes, or in an element that must have `tag`."""
    need(tag is None or data[0] == tag)
    data, out = memoryview(data if tag is None else data[1]), []
    while data:
        at = data[1] - 126 if data[1] > 127 else 2
        n = int.from_bytes(data[2:at], "big") if at > 2 else data[1]
        need(data[0] & 31 < 31 and at + n <= len(data) and (at == 2 or at < 7 and data[2] and n > 127))
        out.append((data[0], data[at:at + n]))
        data = data[at + n:]
    return out
def stamped_at(response, data):  # The time that a granted RFC 3161 response gives `data`. Its signature is not looked at
    status, token = der(*der(response), 0x30)
    signed_data, content = der(token, 0x30)
    _, _, content, *_, signers = der(*der(content, 0xA0), 0x30)
    tst_info, content = der(content, 0x30)
    version, _, imprint, _, when, *_ = der(*der(*der(content, 0xA0), 0x04), 0x30)
    algorithm, digest = der(imprint, 0x30)
    sha256, *null = der(algorithm, 0x30)
    need(der(status, 0x30)[0] in ((2, b"\0"), (2, b"\1")) and version == (2, b"\1") and null in ([], [(5, b"")]) and when[0] == 0x18 and der(signers, 0x31))
    need([(tag, value.hex()) for tag, value in (signed_data, tst_info, sha256)] == [(6, "2a864886f70d010702"), (6, "2a864886f70d0109100104"), (6, "608648016503040201")])
    need(digest == (4, hashlib.sha256(data).digest()))
    return bytes(when[1]).decode("ascii")
# ---- The checks, in order
def verify(trust_path, path, say):
    """Yields the name of each check as it begins, and in the end the verdict."""
    yield "trust"
    origin, key, witnesses, quorum, met = read_trust(trust_path)
    yield "archive"
    archive = Archive(path)
    yield "manifest"
    manifest = parse_json(archive.small("manifest.json"), True)
    need(type(manifest.get("v")) is int and (manifest["v"] != 1 or has(manifest, MANIFEST) and manifest["pruned_before"] <= manifest["first"] < manifest["end"]))
    log, first, end, period, files = (manifest.get(field) for field in ("log", "first", "end", "period", "files"))
    starts, ends = (instant(period[edge]) if manifest["v"] == 1 else edge == "to" for edge in ("from", "to"))
    need(starts < ends)
    yield "version"
    need(manifest["v"] == 1, manifest["v"])
    yield "files"
    need(sorted([*files, "manifest.json"]) == sorted(archive.entries) and [re.split("[/.]", view)[1] for view in archive.views] == manifest["views"])
    for name, file in files.items():
        need(file["bytes"] == archive.entries[name][4] and (name in ("events.jsonl", *archive.views) or file["sha256"] == archive.digest(name)), name)
    yield "global-checkpoint"
    size, root, text, signatures = checkpoint(archive.small("global.checkpoint"), origin, key)
    say("head", origin, size, root.hex())
    yield "quorum"
    cosigners = {"none"}
    for witness, witness_key, blob in [(*witnesses[name, kid], blob) for name, kid, blob in signatures if (name, kid) in witnesses]:
        at = int.from_bytes(blob[:8], "big")
        need(len(blob) == 72 and at <= MAX_INT and ed25519(witness_key, b"cosignature/v1\ntime %d\n%s" % (at, text.encode()), blob[8:]), witness)
        cosigners.add(witness)
        say("witness", witness, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at)) if at < 1 << 37 else at)
    need(met(cosigners), len(cosigners) - 1)
    if quorum == "none": say("none")
    yield "log-checkpoint"
    need(re.fullmatch(re.escape(origin) + "/(?:provider|t/[0-9A-Za-z_-]+)", log))
    log_size, log_root, *_ = checkpoint(archive.small("log.checkpoint"), log, key)
    say("head", log, log_size, log_root.hex())
    yield "inclusion"
    proofs = parse_json(archive.small("proofs.json"), True)
    need(has(proofs, PROOFS))
    inclusion, around, hashes = proofs["inclusion"], proofs["range"], lambda texts: [base64.b64decode(text) for text in texts]
    leaf = b"cadastre-global-leaf/v1\n%s\n%d\n%s\n" % (base64.b64encode(hashlib.sha256(log.encode()).digest()), log_size, base64.b64encode(log_root))
    need(unbase64(inclusion["leaf"]) == leaf and inclusion["index"] < size == inclusion["size"]
         and included(inclusion["index"], size, hashlib.sha256(b"\0" + leaf).digest(), hashes(inclusion["hashes"])) == root)
    yield "consistency"
    paths = {step["from"]: hashes(step["hashes"]) for step in proofs["consistency"]}
    need([(step["from"], step["to"]) for step in proofs["consistency"]] == [(n, size) for n in archive.stamps if n != size])
    for n in archive.stamps:
        old_size, old_root, *_ = checkpoint(archive.small("timestamps/%d.checkpoint" % n), origin, key)
        need(old_size == n <= size and (old_root == root if n == size else grown(n, size, old_root, paths[n]) == (old_root, root)))
    yield "discontinuity"
    olds, following = [], origin
    for name in archive.notes:
        title, old, old_size, old_root, recovered, new, when, why, nothing = signed_note(archive.small(name), origin, key)[0].split("\n")
        need(title == "cadastre-discontinuity/v1" and re.fullmatch(NAME, old) and re.fullmatch(HASH, old_root) and re.fullmatch(NAME, new) and has(when, INSTANT))
        need(decimal(recovered) <= decimal(old_size) and 1 <= len(why.encode()) <= 500 and not nothing and (not olds or old == following))
        following, olds = new, olds + [old]
        say("lost", old, old_size, old_root, recovered, new, when, why)
    need(following == origin)
    yield "events"
    stack, at = hashes(around["left"]), end
    fits = (around["first"], around["end"], around["size"]) == (first, end, log_size) and len(stack) == bin(first).count("1") and end <= log_size
    logs, stack = {old + log[len(origin):] for old in [origin, *olds]}, stack if fits else [b""] * 64
    first_line, last_line, late, first_late, personal = walk(inflated(archive, path, files["events.jsonl"]["sha256"]), logs, first, end, stack)
    say("range", first, end - 1, log_size, period["from"], period["to"])
    edges = parse_json(first_line), parse_json(last_line)
    for number, event in zip((first, end - 1), edges): say("edge", number, event["time"], event.get("type"))
    for label, *values in ("pruned", manifest["pruned_before"]), ("pii", personal), ("late", late, first_late): say(label, *values) if values[0] else None
    yield "root"
    for hash_ in hashes(around["right"]):
        level = min((at & -at).bit_length(), (log_size - at).bit_length()) - 1  # where nothing is left, below 0, which shifts refuse
        push(stack, at >> level, hash_)
        at += 1 << level
    while len(stack) > 1: stack.append(node(stack.pop(-2), stack.pop()))
    need(fits and at == log_size and stack == [log_root])
    yield "period"
    beats = [(event.get("type") == HEARTBEAT, instant(event["time"])) for event in edges]
    need((first == 0 or beats[0][0] and beats[0][1] <= starts - SLACK_MS) and beats[1][0] and beats[1][1] >= ends + SLACK_MS)
    yield "views"
    for name in archive.views: need(archive.digest(name) == files[name]["sha256"], name)
    yield "timestamp"
    for name in ["timestamps/%d" % n for n in archive.stamps]:
        when = stamped_at(archive.small(name + ".tsr"), archive.small(name + ".checkpoint"))
        say("stamp", name[11:], when, "openssl ts -verify -data %s.checkpoint -in %s.tsr -CAfile" % (name, name))
    yield "DISCONTINUITY " + olds[-1] if olds else "OK %d events" % (end - first)
def main(args):
    """Prints what was checked and, as the last line, the verdict; returns the exit code."""
    options, reason, verdict, code = {}, "usage", "FAIL usage", 1
    while len(args) > 2 and args[0] in ("--trust", "--lang") and args[0] not in options: options[args[0]], args = args[1], args[2:]
    lang = options.get("--lang", "en" if (os.environ.get("LC_ALL") or os.environ.get("LANG") or "").startswith("en") else "fr")
    say = lambda key, *values: print("    " * (key not in ("yes", "no", "usage")) + TEXT[key][lang == "en"].format(*(shown(str(value)) for value in values)).rstrip())
    try:
        right = len(args) == 1 and args[0][:2] != "--" and "--trust" in options and lang in ("fr", "en")
        for number, following in enumerate(verify(options["--trust"], args[0], say) if right else say("usage") or ()):
            if number: say("yes", number, TEXT[reason][lang == "en"])
            reason, verdict = following, "FAIL " + following
        if " " in reason:  # not the name of a check: what `verify` says in the end
            say("not")
            verdict, code = reason, 0 if reason[0] == "O" else 2
    except BrokenPipeError: verdict, code = "FAIL internal", 1
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, OSError, OverflowError, struct.error, zlib.error) as error:
        say("no", REASONS.index(reason) + 1, TEXT[reason][lang == "en"], error if isinstance(error, (Refusal, OSError)) else "")
    except BaseException: verdict, code = "FAIL internal", 1  # an interruption, no memory left
    try: print("verdict: " + verdict, flush=True)
    except OSError: os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # nobody reads any more
    return code
if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] == "--inflate":  # for `inflated`
        helper = Archive(sys.argv[2])
        for part in helper.stream("events.jsonl"): sys.stdout.buffer.write(part)
        sys.exit(helper.streamed.hexdigest() != sys.argv[3])
    sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(main(sys.argv[1:]))
