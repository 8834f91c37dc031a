import { jsonLine, type View } from './model.ts';

/** CloudEvents 1.0.2, JSON format, structured mode: `data` is the event as its leaf parses. */
export const cloudevents: View = (e, place) =>
  jsonLine({
    specversion: '1.0', id: e.id, source: `//${e.log}`, type: `cloud.cadastre.audit.${e.type}`, time: e.time, subject: `${e.target.kind}/${e.target.id}`, datacontenttype: 'application/json', dataschema: 'urn:cadastre:audit-event:1',
    // Extension attributes: lower-case letters and digits only.
    leafhash: place.leafHash, logindex: String(place.index), ...(e.request.trace === undefined ? {} : { traceid: e.request.trace }), data: e,
  });
