// @ts-check
import { cruise } from 'dependency-cruiser';
import config from '../../.dependency-cruiser.mjs';

/** @typedef {{rule: string, from: string, to: string, comment: string}} Violation */

export const RULES = (config.forbidden ?? []).map(rule => ({ name: String(rule.name), comment: String(rule.comment) }));

/**
 * Every import of the folders that a rule refuses.
 * @param {string} baseDir absolute path that the rules' paths are relative to
 * @param {readonly string[]} folders
 * @returns {Promise<{violations: Violation[], modules: number}>}
 */
export const violationsIn = async (baseDir, folders) => {
  const { output } = await cruise([...folders], { ...config.options, baseDir, validate: true, ruleSet: { forbidden: config.forbidden ?? [] } });
  if (typeof output === 'string') throw new Error('dependency-cruiser answered text instead of a result');
  const comments = new Map(RULES.map(rule => [rule.name, rule.comment]));
  return {
    modules: output.summary.totalCruised,
    violations: output.summary.violations.map(v => ({
      rule: v.rule.name,
      from: v.from,
      to: v.cycle === undefined ? v.to : v.cycle.map(step => step.name).join(' → '),
      comment: comments.get(v.rule.name) ?? '',
    })),
  };
};
