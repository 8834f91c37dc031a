import { millisOf, severityOf, type View } from './model.ts';

// Whatever could end a line, hide text or turn its direction would let an event write a second record in the reader's eyes.
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
const visible = (text: string): string => text.toWellFormed().replace(HIDDEN, c => `\\\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
/** CEF header fields escape backslash and pipe; extension values backslash and equals sign. */
const header = (text: string): string => visible(text.replace(/[\\|]/g, c => `\\${c}`));
const value = (text: string): string => visible(text.replace(/[\\=]/g, c => `\\${c}`));

const SEVERITY = { 3: 8, 4: 6, 5: 3, 6: 1 } as const;

/** ArcSight Common Event Format 0. `cs1` is the leaf hash, `cs2` the log, `cn1` the index. */
export const cef: View = (e, place) => {
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['rt', String(millisOf(e.time))], ['externalId', e.id], ['act', e.type], ['outcome', e.outcome], ['reason', e.reason], ['suser', undefined], ['suid', e.actor.id], ['spriv', e.actor.roles.join(' ')],
    ['dvchost', e.source.host], ['deviceProcessName', e.source.interface], ['requestContext', e.request.id], ['cs1Label', 'leafHash'], ['cs1', place.leafHash], ['cs2Label', 'log'], ['cs2', e.log],
    ['cs3Label', 'tenant'], ['cs3', e.tenant], ['cs4Label', 'targetKind'], ['cs4', e.target.kind], ['cs5Label', 'targetId'], ['cs5', e.target.id], ['cn1Label', 'index'], ['cn1', String(place.index)],
  ];
  const extension = fields.flatMap(([k, v]) => (v === undefined || v === '' ? [] : [`${k}=${value(v)}`])).join(' ');
  return `CEF:0|Cadastre|Cadastre|${header(e.source.version)}|${header(e.type)}|${header(`${e.type} ${e.outcome}`)}|${String(SEVERITY[severityOf(e)])}|${extension}`;
};
