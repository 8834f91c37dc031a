import { afterAll, beforeAll, describe } from 'vitest';
import { deleteCases, ownershipCases, refusalCases } from './ownership.ts';
import type { Subject } from './subject.ts';
import { listCases, watchCases } from './watching.ts';
import { applyCases, kindCases, sharedCases, statusCases } from './writes.ts';

/**
 * What this product expects of a cluster, asked of any subject. A case that only one subject passes is a fault of the
 * fake or of the case, mended before anything that relies on it.
 */
export const conformance = (name: string, open: () => Promise<Subject>): void => {
  describe(`a cluster: ${name}`, () => {
    let opened: Subject | undefined;
    const subject = (): Subject => {
      if (opened === undefined) throw new Error('the subject did not open');
      return opened;
    };
    beforeAll(async () => { opened = await open(); });
    afterAll(() => opened?.close());
    describe('apply', () => { applyCases(subject); });
    describe('apply beside others', () => { sharedCases(subject); });
    describe('kinds', () => { kindCases(subject); });
    describe('status', () => { statusCases(subject); });
    describe('ownership', () => { ownershipCases(subject); });
    describe('delete', () => { deleteCases(subject); });
    describe('refusals', () => { refusalCases(subject); });
    describe('list', () => { listCases(subject); });
    describe('watch', () => { watchCases(subject); });
  });
};
