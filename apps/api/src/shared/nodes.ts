import type { IdKind } from '@cadastre/domain/core';
import type { Viewer } from './viewer.ts';

/** How one noun answers `node(id)`, and the object of an event: the object as this viewer may see it, with its `__typename`, or undefined. */
export type NodeLoader = (viewer: Viewer, id: string) => Promise<object | undefined>;

/** Filled by the nouns' modules when the door starts: shared code cannot import a noun. */
export class Nodes {
  readonly #loaders = new Map<IdKind, NodeLoader>();
  add(kind: IdKind, loader: NodeLoader): void {
    this.#loaders.set(kind, loader);
  }
  async load(viewer: Viewer, id: string): Promise<object | null> {
    const kind = id.slice(0, id.lastIndexOf('_')) as IdKind;
    return (await this.#loaders.get(kind)?.(viewer, id)) ?? null;
  }
}
