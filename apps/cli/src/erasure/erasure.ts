import { environment } from '../shared/environment.ts';
import { EXIT, Stop } from '../shared/exit.ts';
import { mutate, query, text, type Row } from '../shared/graphql.ts';
import { printObject } from '../shared/output.ts';
import { openSession, type GlobalOptions } from '../shared/session.ts';
import { say } from '../shared/words.ts';

export interface EraseOptions extends GlobalOptions {
  readonly ground: string;
}

const ACCEPTED = '... on ErasureAccepted { erasure { id subject ground state } receipt { auditEventId } }';

/** `cadastre audit erase SUBJECT`: destroys the key under which events name that person. It cannot be undone; the certificate follows within seconds. */
export const eraseSubject = async (subject: string, options: EraseOptions): Promise<void> => {
  const session = await openSession(options, environment, 'tenant');
  printObject(process.stdout, await mutate(session, 'eraseSubject', { subject, ground: options.ground }, ACCEPTED), session.output);
};

/** `cadastre audit certificate ID`: what a person reads; with `-o json` the canonical JSON, byte for byte, whose SHA-256 stands in the sealed event. */
export const printCertificate = async (id: string, options: GlobalOptions): Promise<void> => {
  const session = await openSession(options, environment, 'tenant');
  const found = (await query(session, 'query ($id: ID!) { erasure(id: $id) { state certificate certificateText } }', { id }))['erasure'] as Row | null;
  const words = text(found?.[session.output === 'json' ? 'certificate' : 'certificateText'] ?? '');
  if (words === '') throw new Stop(EXIT.refused, found === null ? say(session.lang, 'notFound', id) : say(session.lang, 'notErased', id, text(found['state'])));
  process.stdout.write(session.output === 'json' ? words : `${words}\n`);
};
