import { VIEW_FILES, type AuditExport, type ExportView } from '@cadastre/domain/auditexport';
import { canonical } from '@cadastre/store/audit';
import { merkle } from '../seal/hashing.ts';
import type { ExportDeps } from './deps.ts';
import { pagesOf, Unprovable } from './leaves.ts';
import { proofsOf, type Proofs } from './proofs.ts';
import type { Proven } from './prove.ts';
import { openSpool, packed, type Packed, type Spool } from './spool.ts';
import { introductions } from './texts.ts';
import type { OpenView } from './views.ts';

/** A view that this notary cannot make. */
export class NoSuchView extends Error {
  override readonly name = 'NoSuchView';
}

/** Everything of a bundle, digests known, nothing written yet where others could see it. */
export interface Bundle {
  readonly entries: readonly Packed[];
  /** Gives the spools back. */
  close(): Promise<void>;
}

export interface Watch {
  readonly signal: AbortSignal;
  /** Leaves that have come by. */
  readonly seen: (leaves: number) => void;
}

const LF = 10;
/** Each behind the other, with its LF: one piece, since a write for each line costs more than the line. */
const linesOf = (bodies: readonly Uint8Array[]): Uint8Array => {
  const lines = Buffer.allocUnsafe(bodies.reduce((sum, body) => sum + body.length + 1, 0));
  let at = 0;
  for (const body of bodies) {
    lines.set(body, at);
    at += body.length + 1;
    lines[at - 1] = LF;
  }
  return lines;
};
const json = (value: object): string => `${canonical(value)}\n`;

interface OpenedView {
  readonly view: OpenView;
  readonly spool: Spool;
}
const openViews = async (deps: ExportDeps, names: readonly ExportView[]): Promise<readonly OpenedView[]> => {
  const makers = names.map(name => ({ name, make: deps.views[name] }));
  const unknown = makers.find(m => m.make === undefined);
  if (unknown !== undefined) throw new NoSuchView(unknown.name);
  const opened: OpenedView[] = [];
  // In the order of the file: by name.
  for (const { name, make } of makers.toSorted((a, b) => (VIEW_FILES[a.name] < VIEW_FILES[b.name] ? -1 : 1))) {
    if (make !== undefined) opened.push({ view: make(), spool: await openSpool(`views/${VIEW_FILES[name]}`) });
  }
  return opened;
};

/** One pass: the leaves go into the file, into each view and into the verification at once. @throws Unprovable when they do not give the signed root. */
const stream = async (deps: ExportDeps, { log, first, end }: Proven, { range, root }: Proofs, events: Spool, views: readonly OpenedView[], watch: Watch): Promise<void> => {
  const verification = merkle.verifyingRange(range);
  for await (const { first: from, bodies } of pagesOf(deps, log, first, end)) {
    watch.signal.throwIfAborted();
    const leaves = bodies.map((bytes, n) => ({ bytes, leafHash: merkle.leafHash(bytes), index: from + n }));
    for (const leaf of leaves) verification.add(leaf.leafHash);
    await events.add(linesOf(bodies));
    for (const { view, spool } of views) await spool.add(Buffer.concat(leaves.map(leaf => view.add(leaf))));
    watch.seen(from + leaves.length - first);
  }
  for (const { view, spool } of views) await spool.add(view.end());
  if (!verification.gives(root)) throw new Unprovable(`leaves ${String(first)} to ${String(end)} of ${log.origin} do not give the signed root`);
};

const manifestOf = ({ from, to }: AuditExport, { log, first, end, pin }: Proven, files: readonly Packed[]): string =>
  json({
    end, files: Object.fromEntries(files.map(f => [f.name, { bytes: f.size, sha256: f.sha256 }])), first, kind: 'cadastre-audit-bundle', log: log.origin, period: { from, to }, pruned_before: pin.prunedBefore, v: 1,
    views: files.filter(f => f.name.startsWith('views/')).map(f => f.name.slice('views/'.length, f.name.lastIndexOf('.'))),
  });

/** The entries of docs/audit-bundle.md, in their order. @throws Unprovable, NoSuchView */
export const makeBundle = async (deps: ExportDeps, asked: AuditExport, proven: Proven, watch: Watch): Promise<Bundle> => {
  const { carried } = deps;
  const { log, pin } = proven;
  const spools: Spool[] = [];
  const close = async (): Promise<void> => { for (const spool of spools) await spool.close(); };
  try {
    const proofs = await proofsOf(deps, proven);
    const views = await openViews(deps, asked.views);
    const events = await openSpool('events.jsonl');
    spools.push(events, ...views.map(v => v.spool));
    await stream(deps, proven, proofs, events, views, watch);
    const texts = introductions({ ...pin, log: log.origin, from: asked.from, to: asked.to });
    const files: Packed[] = [
      packed('LISEZMOI.txt', texts['LISEZMOI.txt']), packed('README.txt', texts['README.txt']),
      packed('verify.py', carried['verify.py']), packed('verify.mjs', carried['verify.mjs']), packed('catalogue.fr.md', carried['catalogue.fr.md']), packed('catalogue.en.md', carried['catalogue.en.md']),
      packed('policy.txt', pin.policy), packed('log.checkpoint', pin.logNote), packed('global.checkpoint', pin.globalNote), packed('proofs.json', json(proofs.json)),
      ...pin.timestamps.flatMap(t => [packed(`timestamps/${String(t.size)}.checkpoint`, t.checkpoint), packed(`timestamps/${String(t.size)}.tsr`, Buffer.from(t.token, 'base64'))]),
      ...(await deps.statements()).map((note, n) => packed(`discontinuities/${String(n + 1)}.note`, note)),
      await events.end(),
    ];
    for (const { spool } of views) files.push(await spool.end());
    return { entries: [packed('manifest.json', manifestOf(asked, proven, files)), ...files], close };
  } catch (error) {
    await close();
    throw error;
  }
};
