import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { objectsConformance } from './conformance/objects.ts';
import { openObjects } from './index.ts';

let root: string;
let made = 0;
beforeAll(async () => { root = await mkdtemp(join(tmpdir(), 'objects-')); });
afterAll(() => rm(root, { recursive: true, force: true }));

describe('objects in a folder', () => {
  objectsConformance(() => Promise.resolve(openObjects({ auditStorage: pathToFileURL(join(root, `store ${made++}`)).href })));

  it('leave no temporary file behind, whatever happened', async () => {
    expect((await readdir(root, { recursive: true })).filter(name => name.includes('.tmp-'))).toEqual([]);
  });
});

describe('openObjects()', () => {
  it('names the credentials that an s3:// storage needs', () => {
    expect(() => openObjects({ auditStorage: 's3://bucket/prefix?endpoint=http://127.0.0.1:1' })).toThrow('AWS_ACCESS_KEY_ID');
  });
});
