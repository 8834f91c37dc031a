import { describe, expect, it } from 'vitest';
import { tallyReport } from './tally.ts';

const report = (passed: number, failed: number, files: { status: string; assertionResults: unknown[] }[] = []) =>
  ({ numPassedTests: passed, numFailedTests: failed, numPendingTests: 0, numTodoTests: 0, testResults: files });

describe('the last line never looks greener than the run', () => {
  it.each([
    { case: 'all passed', report: report(7, 0), exit: 0, passed: 7, failed: 0 },
    { case: 'some failed', report: report(5, 2), exit: 1, passed: 5, failed: 2 },
    { case: 'a file that could not be loaded counts as one more failure', report: report(5, 1, [{ status: 'failed', assertionResults: [] }]), exit: 1, passed: 5, failed: 2 },
    { case: 'an error outside every test shows only in the exit code', report: report(5, 0), exit: 1, passed: 5, failed: 1 },
    { case: 'no report at all', report: undefined, exit: 1, passed: 0, failed: 1 },
    { case: 'no report although the exit code is 0', report: undefined, exit: 0, passed: 0, failed: 1 },
  ])('$case', ({ report: r, exit, passed, failed }) => {
    expect(tallyReport(r, exit)).toMatchObject({ passed, failed });
  });
});
