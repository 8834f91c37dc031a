import type { DecidedRequest, LedgerFact, Verdict } from '@cadastre/domain/capacity';
import { canonicalJson } from '@cadastre/domain/core';
import { EXIT, Stop } from '../shared/exit.ts';
import { problemText, query, text, type Row } from '../shared/graphql.ts';
import type { Session } from '../shared/session.ts';
import type { DecisionLine, LedgerLine } from './fold.ts';

const PROBLEM = '... on Problem { code message suggestion }';
const ENTRIES = `query ($regionId: ID!, $after: SafeInt) { capacityLedger(regionId: $regionId, after: $after, first: 1000) { ${PROBLEM} ... on CapacityLedger { jsonLines lastIndex hasMore } } }`;
const PART = `query ($regionId: ID!, $after: String) { placementDecisions(regionId: $regionId, after: $after, first: 1000) { ${PROBLEM} ... on StoredDecisions { jsonLines endCursor hasMore } } }`;
const ONE = `query ($id: ID!) { storedDecision(id: $id) { ${PROBLEM} ... on StoredDecision { json } } }`;

const answered = async (session: Session, document: string, field: string, variables: Readonly<Record<string, unknown>>): Promise<Row> => {
  const row = (await query(session, document, variables))[field] as Row;
  if (typeof row['code'] === 'string') throw new Stop(EXIT.refused, problemText(row));
  return row;
};
const linesOf = (part: Row): readonly string[] => text(part['jsonLines']).split('\n').filter(line => line !== '');

/** A region's ledger from its first entry, part by part as it is asked for. */
export async function* ledgerLines(session: Session, regionId: string): AsyncGenerator<LedgerLine> {
  for (let after = 0; ;) {
    const part = await answered(session, ENTRIES, 'capacityLedger', { regionId, after });
    for (const line of linesOf(part)) yield JSON.parse(line) as { readonly index: number; readonly fact: LedgerFact };
    if (part['hasMore'] !== true) return;
    after = Number(part['lastIndex']);
  }
}

/** Every decision of a region, in the order of its ledger. */
export async function* decisionLines(session: Session, regionId: string): AsyncGenerator<DecisionLine> {
  for (let after: string | undefined; ;) {
    const part = await answered(session, PART, 'placementDecisions', { regionId, after });
    for (const line of linesOf(part)) yield lineOf(line);
    if (part['hasMore'] !== true) return;
    after = text(part['endCursor']);
  }
}

export const decisionLine = async (session: Session, id: string): Promise<DecisionLine> => lineOf(text((await answered(session, ONE, 'storedDecision', { id }))['json']));

const lineOf = (json: string): DecisionLine => {
  const { verdict, ...rest } = JSON.parse(json) as Omit<DecisionLine, 'verdict'> & { readonly request: DecidedRequest; readonly verdict: Verdict };
  return { ...rest, verdict: canonicalJson(verdict) };
};
