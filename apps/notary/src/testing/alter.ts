import { bundleOf, canonical } from './bundle.ts';
import type { Parts } from './bundle.ts';

/** One attack: what an attacker does, in a sentence, and what both programs must say. */
export interface Attack {
  readonly name: string;
  /** The verdict without its first word. */
  readonly verdict: string;
  readonly make: () => { readonly bytes: Buffer; readonly trust: string | Buffer };
}
/** Text of a file, or an edit of it; undefined removes the file. */
export type Edit = Buffer | string | undefined | ((before: Buffer) => Buffer | string);

/** The parts with other files; the manifest will be made to fit them, as an attacker would. */
export const withFiles = (parts: Parts, edits: Readonly<Record<string, Edit>>): Parts => {
  const files = new Map(parts.files);
  for (const [name, edit] of Object.entries(edits)) {
    const after = typeof edit === 'function' ? edit(files.get(name) ?? Buffer.alloc(0)) : edit;
    if (after === undefined) files.delete(name);
    else files.set(name, Buffer.from(after));
  }
  return { ...parts, files };
};

export const withManifest = (parts: Parts, fields: Readonly<Record<string, unknown>>): Parts =>
  ({ ...parts, manifest: Object.fromEntries(Object.entries({ ...parts.manifest, ...fields }).filter(([, value]) => value !== undefined)) });

/** The lines of `events.jsonl` changed. */
export const withLines = (parts: Parts, change: (lines: string[]) => readonly string[]): Parts =>
  withFiles(parts, { 'events.jsonl': before => change(before.toString().split('\n').slice(0, -1)).map(line => `${line}\n`).join('') });

type Json = Record<string, never>;
/** `proofs.json` changed in place. */
export const withProofs = (parts: Parts, change: (proofs: ProofsJson) => void): Parts =>
  withFiles(parts, {
    'proofs.json': before => {
      const proofs = JSON.parse(before.toString()) as ProofsJson & Json;
      change(proofs);
      return `${canonical(proofs)}\n`;
    },
  });
interface ProofsJson {
  consistency: { from: number; hashes: string[]; to: number }[];
  inclusion: { hashes: string[]; index: number; leaf: string; size: number };
  range: { end: number; first: number; left: string[]; right: string[]; size: number };
  [more: string]: unknown;
}

/** An attack on the parts. */
export const attack = (verdict: string, name: string, make: () => Parts): Attack => ({ name, verdict, make: () => bundleOf(make()) });

/** The text of a note, and its signature lines. */
export const halves = (note: Buffer): { readonly text: string; readonly lines: readonly string[] } => {
  const at = note.toString().lastIndexOf('\n\n');
  return { text: note.toString().slice(0, at + 1), lines: note.toString().slice(at + 2).split('\n').slice(0, -1).map(line => `${line}\n`) };
};
