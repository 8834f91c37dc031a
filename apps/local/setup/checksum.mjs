// @ts-check
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/**
 * SHA-256 over files and further words, each with its length, so that no two lists can meet.
 * @param {readonly string[]} files
 * @param {readonly string[]} [words]
 */
export function checksum(files, words = []) {
  const hash = createHash('sha256');
  for (const part of [...files.map((f) => readFileSync(f)), ...words.map((w) => Buffer.from(w))]) {
    hash.update(`${part.length}:`).update(part);
  }
  return hash.digest('hex');
}
