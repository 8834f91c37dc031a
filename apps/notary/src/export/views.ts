import type { ExportView } from '@cadastre/domain/auditexport';
import { LINE_VIEWS } from '@cadastre/domain/view';
import type { LeafPlace, View, ViewedEvent } from '@cadastre/domain/view';
import { openParquet } from './parquet.ts';

/** A leaf as it stands in the bundle. */
export interface ViewedLeaf {
  /** The event's bytes, without LF. */
  readonly bytes: Uint8Array;
  /** SHA-256(0x00 || bytes): a row names it in hex, so that it can be found again among the evidence. */
  readonly leafHash: Uint8Array;
  readonly index: number;
}
/** One view of one bundle, from its first leaf to its last. The same leaves give the same bytes; memory stays flat. */
export interface OpenView {
  add(leaf: ViewedLeaf): Uint8Array;
  /** What comes behind the last row. */
  end(): Uint8Array;
}
export type Views = Readonly<Partial<Record<ExportView, () => OpenView>>>;

/** A view of one line a leaf, without its LF. */
export const lineView = (line: (leaf: ViewedLeaf) => string) => (): OpenView => ({ add: leaf => Buffer.from(`${line(leaf)}\n`, 'utf8'), end: () => new Uint8Array() });

const parsed = ({ bytes, leafHash, index }: ViewedLeaf): readonly [ViewedEvent, LeafPlace, string] => {
  const line = Buffer.from(bytes).toString('utf8');
  return [JSON.parse(line) as ViewedEvent, { index, leafHash: Buffer.from(leafHash).toString('hex') }, line];
};
const ofLines = (view: View): (() => OpenView) => lineView(leaf => {
  const [event, place] = parsed(leaf);
  return view(event, place);
});
const parquet = (): OpenView => {
  const file = openParquet();
  return { add: leaf => file.add(...parsed(leaf)), end: () => file.end() };
};

/** What this notary can make beside the leaves. An export that asks for another fails and says so. */
export const VIEWS: Views = { ocsf: ofLines(LINE_VIEWS.ocsf), cadf: ofLines(LINE_VIEWS.cadf), ecs: ofLines(LINE_VIEWS.ecs), cef: ofLines(LINE_VIEWS.cef), cloudevents: ofLines(LINE_VIEWS.cloudevents), parquet };
