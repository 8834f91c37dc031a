import { severityOf, type LeafPlace, type ViewedEvent } from './model.ts';

/** Log audit (RFC 5424 table 1). */
const FACILITY = 13;
const NIL = '-';
const header = (text: string, limit: number): string => {
  const kept = text.replace(/[^!-~]/g, '_').slice(0, limit);
  return kept === '' ? NIL : kept;
};
const parameter = (text: string): string => text.toWellFormed().replace(/[\\"\]]/g, c => `\\${c}`).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ' ');

/** RFC 5424 message: structured data name the leaf, the text is another view (CEF, OCSF). Its 32473 is the enterprise number reserved for documentation: ours is not registered. */
export const syslog = (e: ViewedEvent, place: LeafPlace, text: string): string =>
  `<${String(FACILITY * 8 + severityOf(e))}>1 ${e.time} ${header(e.source.host, 255)} cadastre - ${header(e.type, 32)} [audit@32473 id="${parameter(e.id)}" log="${parameter(e.log)}" index="${String(place.index)}" leafHash="${place.leafHash}"] ${text}`;

/** RFC 6587 3.4.1 octet counting, the framing of RFC 5425 (TLS): the length is of the UTF-8 bytes. */
export const framed = (message: string, byteLength: (text: string) => number): string => `${String(byteLength(message))} ${message}`;
