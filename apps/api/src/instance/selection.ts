import { Kind, type FieldNode, type FragmentDefinitionNode, type GraphQLResolveInfo, type SelectionNode } from 'graphql';

/** Fields of an instance that cost more to fetch and to put into words than all others together. `conditions` also stands for a project's own. */
const DETAILS: ReadonlySet<string> = new Set(['conditions', 'statusHistory', 'sshKeys', 'sshEndpoint']);

// A document is parsed once and asked many times.
const known = new WeakMap<FieldNode, 'brief' | 'full'>();

/** Whether a list's selection asks for any detail, at any depth; when in doubt it does. */
export const detailsOf = ({ fieldNodes, fragments }: GraphQLResolveInfo): 'brief' | 'full' => {
  const [field] = fieldNodes;
  if (field === undefined || fieldNodes.length > 1) return 'full';
  let found = known.get(field);
  if (found === undefined) {
    found = asks(field.selectionSet?.selections ?? [], fragments) ? 'full' : 'brief';
    known.set(field, found);
  }
  return found;
};

const asks = (selections: readonly SelectionNode[], fragments: Readonly<Record<string, FragmentDefinitionNode | undefined>>): boolean =>
  selections.some(s => {
    if (s.kind === Kind.FIELD) return DETAILS.has(s.name.value) || asks(s.selectionSet?.selections ?? [], fragments);
    if (s.kind === Kind.INLINE_FRAGMENT) return asks(s.selectionSet.selections, fragments);
    const fragment = fragments[s.name.value];
    return fragment === undefined || asks(fragment.selectionSet.selections, fragments);
  });
