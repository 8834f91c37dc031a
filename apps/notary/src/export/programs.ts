import { readFile } from 'node:fs/promises';

/** What every bundle of this release carries unchanged. */
export const CARRIED = ['verify.py', 'verify.mjs', 'catalogue.fr.md', 'catalogue.en.md'] as const;
export type Carried = Readonly<Record<(typeof CARRIED)[number], Uint8Array>>;

const FOLDER = new URL('../../verifiers/', import.meta.url);

/** Read once at start-up: an installation that lacks one must say so before anybody asks for a bundle. */
export const readCarried = async (folder = FOLDER): Promise<Carried> => {
  const [py, mjs, fr, en] = await Promise.all([readFile(new URL('verify.py', folder)), readFile(new URL('verify.mjs', folder)), readFile(new URL('catalogue.fr.md', folder)), readFile(new URL('catalogue.en.md', folder))]);
  return { 'verify.py': py, 'verify.mjs': mjs, 'catalogue.fr.md': fr, 'catalogue.en.md': en };
};
