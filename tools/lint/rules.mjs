// @ts-check

/** `eslint-disable… rule -- why`: an exception is specific, and carries its reason. @type {import('eslint').Rule.RuleModule} */
const disableWithReason = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      reason: 'Say why after ` -- `: an exception to a rule is explained where it stands.',
      specific: 'Name the rule that is switched off, and only that one.',
    },
  },
  create: context => ({
    Program() {
      for (const comment of context.sourceCode.getAllComments()) {
        const found = /^\s*eslint-disable(?:-next-line|-line)?(?<rest>[\s\S]*)$/.exec(comment.value);
        if (found === null || comment.loc === undefined || comment.loc === null) continue;
        const [rules = '', reason = ''] = (found.groups?.['rest'] ?? '').split(/\s--\s/);
        if (rules.trim() === '') context.report({ loc: comment.loc, messageId: 'specific' });
        if (reason.trim().length < 10) context.report({ loc: comment.loc, messageId: 'reason' });
      }
    },
  }),
};

/** A file is named after its noun or its verb. @type {import('eslint').Rule.RuleModule} */
const fileName = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { empty: '"{{name}}" says nothing: name the file after the noun or the verb it holds. There is no common, shared, types or contracts library either.' },
  },
  create: context => ({
    Program(node) {
      const name = context.filename.split('/').at(-1) ?? '';
      if (/(^|[-.])(utils?|helpers?|managers?|misc|common)([-.]|$)/i.test(name) && !context.filename.includes('/libs/platform/src/config/')) {
        context.report({ node, messageId: 'empty', data: { name } });
      }
    },
  }),
};

export const cadastre = { meta: { name: 'cadastre' }, rules: { 'disable-with-reason': disableWithReason, 'file-name': fileName } };
