import { problem } from '../core/index.ts';
import type { Problem, Result } from '../core/index.ts';
import { no, ok } from '../core/index.ts';
import { impliedBy } from '../law/requirement.ts';
import type { DataClass, LegalScope } from './model.ts';
import { DATA_CLASSES } from './model.ts';

/**
 * The legal scope of an order: the project's default, tightened by what the order asks for, never loosened. Certifications add up, jurisdictions
 * must satisfy both, and of two classes of data the later in DATA_CLASSES stands, with the certifications that the other one needs.
 *
 * LEGAL_SCOPE_CONTRADICTORY when both name jurisdictions and no entry of one lies within an entry of the other. `FR` (a place) and `EU-FR` (a law) are
 * not compared: one list has no words for "both", and either of them alone would let in what the other keeps out.
 */
export const tightenScope = (project: LegalScope, order: LegalScope | undefined): Result<LegalScope, Problem> => {
  if (order === undefined) return ok(project);
  const jurisdictions = both(project.jurisdictions, order.jurisdictions);
  if (jurisdictions === undefined) {
    return no(problem('LEGAL_SCOPE_CONTRADICTORY', { field: 'jurisdictions', project: project.jurisdictions, order: order.jurisdictions }, { path: ['legalScope', 'jurisdictions'] }));
  }
  const [dataClass, lesser] = stricter(project.dataClass, order.dataClass);
  // Every country: the scope is tightened before any site is known, and FR is where an implied certification can apply.
  const implied = lesser === dataClass ? [] : impliedBy(lesser, 'FR').map(need => need.kind);
  return ok({ jurisdictions, certifications: unique([...project.certifications, ...order.certifications, ...implied]), dataClass });
};

/** Empty: any. Undefined: nothing satisfies both. */
const both = (a: readonly string[], b: readonly string[]): readonly string[] | undefined => {
  if (a.length === 0) return unique(b);
  if (b.length === 0) return unique(a);
  const left = unique([...a.filter(x => b.some(y => within(x, y))), ...b.filter(y => a.some(x => within(y, x)))]);
  return left.length === 0 ? undefined : left;
};

/** Whatever meets `inner` meets `outer` too. */
const within = (inner: string, outer: string): boolean => inner === outer || inner.startsWith(`${outer}-`);

const stricter = (a: DataClass, b: DataClass): readonly [DataClass, DataClass] => (DATA_CLASSES.indexOf(a) >= DATA_CLASSES.indexOf(b) ? [a, b] : [b, a]);

const unique = (list: readonly string[]): readonly string[] => [...new Set(list)].sort();
