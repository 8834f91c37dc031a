import { createHash } from 'node:crypto';
import { ENGINE_VERSION, POLICY_VERSION } from '@cadastre/domain/capacity';
import { environment } from '../shared/environment.ts';
import { EXIT, Stop } from '../shared/exit.ts';
import { findId } from '../shared/find.ts';
import { listAll, text } from '../shared/graphql.ts';
import { openSession, type GlobalOptions, type Session } from '../shared/session.ts';
import { say } from '../shared/words.ts';
import { decisionLine, decisionLines, ledgerLines } from './door.ts';
import { Replay, type DecisionLine, type Replayed } from './fold.ts';

export interface ReplayOptions extends GlobalOptions {
  readonly all?: boolean;
  /** Code or id; with `all`. */
  readonly region?: string;
}

/** `cadastre replay <decision>` and `--all`: folds the ledger on this machine and decides again. The same bytes, or where they part ways. */
export const replay = async (id: string | undefined, options: ReplayOptions): Promise<void> => {
  const session = await openSession(options, environment, 'provider');
  if ((id === undefined) === (options.all !== true)) throw new Stop(EXIT.usage, say(session.lang, 'replayWhat'));
  if (id !== undefined) await replayOne(session, id);
  else await replayAll(session, options.region);
};

const replayOne = async (session: Session, id: string): Promise<void> => {
  const decision = await decisionLine(session, id);
  const replayed = await new Replay(ledgerLines(session, decision.regionId)).decide(decision);
  if (replayed.outcome !== 'SAME') throw new Stop(replayed.outcome === 'OTHER_VERSION' ? EXIT.usage : EXIT.refused, sentence(session, decision, replayed));
  process.stdout.write(`${say(session.lang, 'replaySame', createHash('sha256').update(replayed.text).digest('hex'))}\n`);
};

/** Sentences of differences that are printed; the rest is counted. */
const SHOWN = 20;

const replayAll = async (session: Session, region: string | undefined): Promise<void> => {
  const regions = region === undefined ? (await listAll(session, 'regions', 'id')).map(r => text(r['id'])) : [await findId(session, 'regions', region, 'code')];
  const counts: Record<Replayed['outcome'], number> = { SAME: 0, DIFFERENT: 0, OTHER_VERSION: 0, LEDGER_BROKEN: 0 };
  let entries = 0;
  for (const regionId of regions) {
    const folded = new Replay(ledgerLines(session, regionId));
    for await (const decision of decisionLines(session, regionId)) {
      const replayed = await folded.decide(decision);
      counts[replayed.outcome] += 1;
      if (replayed.outcome !== 'SAME' && counts[replayed.outcome] <= SHOWN) process.stderr.write(`${sentence(session, decision, replayed)}\n`);
    }
    entries += folded.entries;
  }
  const [wrong, other] = [counts.DIFFERENT + counts.LEDGER_BROKEN, counts.OTHER_VERSION];
  process.stdout.write(`${say(session.lang, 'replayCounts', counts.SAME, wrong, other, entries)}\n`);
  if (wrong > 0) throw new Stop(EXIT.refused, '');
  if (other > 0) throw new Stop(EXIT.usage, '');
};

const sentence = ({ lang }: Session, d: DecisionLine, r: Exclude<Replayed, { outcome: 'SAME' }>): string => {
  switch (r.outcome) {
    case 'OTHER_VERSION': return say(lang, 'replayVersion', d.id, `${d.engineVersion}/${d.policyVersion}`, `${ENGINE_VERSION}/${POLICY_VERSION}`);
    case 'LEDGER_BROKEN': return say(lang, 'replayBroken', d.id, d.ledgerIndex, r.at);
    case 'DIFFERENT': return say(lang, 'replayDifferent', d.id, r.difference?.path ?? '', r.difference?.left ?? '—', r.difference?.right ?? '—');
  }
};
