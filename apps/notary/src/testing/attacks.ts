import type { Attack } from './alter.ts';
import { ARCHIVE } from './attacks-archive.ts';
import { FORM } from './attacks-form.ts';
import { HISTORY } from './attacks-history.ts';
import { TRUST } from './attacks-trust.ts';

/** Every attack on a bundle with its stated outcome: docs/audit-attacks.md is this list. */
export const ATTACKS: readonly { readonly title: string; readonly attacks: readonly Attack[] }[] = [
  { title: 'Another history', attacks: HISTORY },
  { title: 'Another form', attacks: FORM },
  { title: 'Another file', attacks: ARCHIVE },
  { title: 'Another trust', attacks: TRUST },
];
