import { judgeCheckpoint, parseTrust } from '@cadastre/tlog';
import type { ExportPolicy } from './deps.ts';

/** The policy file as bundles need it. It must pass as a `--trust` file: an auditor's program would refuse it years later. @throws RangeError naming the line */
export const exportPolicy = (text: string): ExportPolicy => {
  const policy = parseTrust(text);
  if (!policy.ok) throw new RangeError(`the audit policy is none: ${policy.error.because}${policy.error.line === undefined ? '' : ` (line ${String(policy.error.line)})`}`);
  return {
    text, needsWitness: policy.value.quorum.kind !== 'none',
    met: note => {
      const judged = judgeCheckpoint(policy.value, note);
      return judged.ok && judged.value.quorum;
    },
  };
};
