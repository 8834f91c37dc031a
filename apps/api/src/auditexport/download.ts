import { Readable } from 'node:stream';
import { downloadFact, exportFile, mayExport, type AuditExport } from '@cadastre/domain/auditexport';
import type { Problem } from '@cadastre/domain/core';
import { problem } from '@cadastre/domain/core';
import type { ByteRange, ObjectBody } from '@cadastre/platform/objects';
import { recordAudit } from '@cadastre/store/commit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GUARDED, type Gate } from '../shared/gate.ts';
import { allow } from '../shared/mutate.ts';
import { problemData } from '../shared/problems.ts';
import type { Viewer } from '../shared/viewer.ts';
import { DOWNLOAD, DOWNLOADS, findAuditExport } from './auditexport.commands.ts';
import { mandatesOf } from './mandates.ts';
import { askedSpan, type Span } from './range.ts';

/** A finished export, as the storage has it. */
type Offered = AuditExport & Required<Pick<AuditExport, 'file' | 'bytes' | 'sha256' | 'expiresAt'>>;
interface Refusal {
  readonly status: number;
  readonly problem: Problem;
}

/** `GET /audit/exports/<id>`: the file of an export, whole or one range of it, to whoever may have it. GraphQL has no bytes: hence the one route beside it. */
export const serveDownloads = (app: unknown, gate: Pick<Gate, 'viewerOf'>): void => {
  // No HEAD: the event of a download would be written for one that takes nothing.
  (app as FastifyInstance).get<{ Params: { readonly id: string } }>(`${DOWNLOADS}/:id`, { config: GUARDED, exposeHeadRoute: false }, async (request, reply) => {
    const viewer = gate.viewerOf(request);
    const forbidden = await allow(viewer, DOWNLOAD, { kind: 'auditexport', id: request.params.id });
    if (forbidden !== undefined) return await refuse(viewer, reply, { status: 403, problem: problem('FORBIDDEN', { operation: DOWNLOAD.operation, have: viewer.actor.roles, need: DOWNLOAD.roles }) });
    const found = await offered(viewer, request.params.id);
    return 'status' in found ? await refuse(viewer, reply, found) : await send(viewer, request, reply, found);
  });
};

const isOffered = (e: AuditExport): e is Offered => e.state === 'SUCCEEDED' && e.file !== undefined && e.bytes !== undefined && e.sha256 !== undefined && e.expiresAt !== undefined;

/** What another organisation asked for looks exactly like what nobody did. */
const offered = async (viewer: Viewer, id: string): Promise<Offered | Refusal> => {
  const e = await findAuditExport(viewer, id);
  if (e === undefined) return { status: 404, problem: problem('NOT_FOUND', { noun: 'auditexport', id: id.slice(0, 80) }) };
  if (!isOffered(e)) return { status: 409, problem: problem('WRONG_STATE', { noun: 'auditexport', id, state: e.state, expected: ['SUCCEEDED'] }, { retryable: e.state === 'PENDING' || e.state === 'RUNNING' }) };
  if (e.expiresAt <= viewer.door.clock.now()) return { status: 410, problem: problem('EXPORT_EXPIRED', { at: e.expiresAt }) };
  const refused = await mandateEnded(viewer, e);
  return refused === undefined ? e : { status: 403, problem: refused };
};

/** A file that was made under a mandate is handed out under one: it may have been revoked since. */
const mandateEnded = async (viewer: Viewer, e: AuditExport): Promise<Problem | undefined> => {
  const { door, scope } = viewer;
  if (e.mandateId === undefined || e.tenantId === undefined) return undefined;
  const mandates = await door.store.read(scope, q => mandatesOf(q, viewer, e.tenantId));
  const allowed = mayExport({ directory: door.name }, { organisationId: e.tenantId, from: e.from, to: e.to }, mandates, door.clock.now());
  return allowed.ok ? undefined : allowed.error;
};

const send = async (viewer: Viewer, request: FastifyRequest, reply: FastifyReply, e: Offered): Promise<FastifyReply> => {
  const etag = `"${e.sha256}"`;
  void reply.headers({
    'accept-ranges': 'bytes', etag, 'content-disposition': `attachment; filename="${exportFile(e)}"`, 'cache-control': 'private, no-store', 'x-content-type-options': 'nosniff',
  });
  const [ifRange] = [request.headers['if-range']].flat();
  const asked = askedSpan(request.headers.range, ifRange, { size: e.bytes, etag });
  if (asked.kind === 'NONE') return await refuse(viewer, reply.header('content-range', `bytes */${String(e.bytes)}`), { status: 416, problem: problem('RANGE_UNSATISFIABLE', { bytes: e.bytes }) });
  const span = asked.kind === 'PART' ? asked.span : { first: 0, last: e.bytes - 1 };
  const opened = await open(viewer, e, { from: span.first, to: span.last + 1 });
  if (opened?.size !== e.bytes) return await refuse(viewer, reply, { status: 503, problem: problem('EXPORT_STORAGE', {}, { retryable: true }) });
  // Committed before the first byte leaves: who cannot be recorded gets nothing.
  await record(viewer, e, span);
  if (asked.kind === 'PART') void reply.code(206).header('content-range', `bytes ${String(span.first)}-${String(span.last)}/${String(e.bytes)}`);
  return await reply.type('application/octet-stream').header('content-length', span.last - span.first + 1).send(Readable.from(opened.body, { objectMode: false }));
};

const open = async ({ door: { objects, log } }: Viewer, e: Offered, range: ByteRange): Promise<ObjectBody | undefined> => {
  try {
    return await objects?.stream(e.file, range);
  } catch (error) {
    log.error({ err: error, export: e.id }, 'an export could not be read from the audit storage');
    return undefined;
  }
};

const record = async (viewer: Viewer, e: Offered, span: Span): Promise<void> => {
  const consent = e.mandateId === undefined ? {} : { consent: { kind: 'mandate', id: e.mandateId } as const };
  await recordAudit(viewer.door.store, viewer.act(DOWNLOAD.operation, `${DOWNLOAD.operation}: ${DOWNLOAD.roles.join('|')}`, consent), [downloadFact(e, span)], viewer.scope);
};

const refuse = async (viewer: Viewer, reply: FastifyReply, { status, problem: p }: Refusal): Promise<FastifyReply> => {
  const { message, suggestion, code, retryable } = problemData(viewer.lang, p);
  return await reply.code(status).type('application/json; charset=utf-8').send({ errors: [{ message, extensions: { code, suggestion, retryable, requestId: viewer.requestId } }] });
};
