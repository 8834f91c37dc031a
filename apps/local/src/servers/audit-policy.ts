const MUTATING = ['create', 'update', 'patch', 'delete', 'deletecollection'];

/**
 * What the API server writes down of itself (audit.k8s.io/v1): who changed what, without bodies. Everything that the product's own identity changes, whatever it is: this log is the other
 * witness of our audit log. Of everybody else not what beats by itself: leases, events and the status reports of nodes and pods.
 */
export function auditPolicy(product: string): object {
  return {
    apiVersion: 'audit.k8s.io/v1', kind: 'Policy',
    // One line a request, at its end: with the answer's code.
    omitStages: ['RequestReceived'],
    rules: [
      { level: 'Metadata', users: [product], verbs: MUTATING },
      {
        level: 'None',
        resources: [
          { group: '', resources: ['events', 'nodes/status', 'pods/status', 'endpoints'] }, { group: 'events.k8s.io' }, { group: 'coordination.k8s.io' }, { group: 'discovery.k8s.io' },
          { group: 'authentication.k8s.io' }, { group: 'authorization.k8s.io' },
        ],
      },
      { level: 'Metadata', verbs: MUTATING },
      { level: 'None' },
    ],
  };
}

/** Of the audit log file. The API server renames a full file to one with its date and begins a new one; MiB, files. */
export const AUDIT_ROTATION = { maxSize: 32, maxBackups: 8 } as const;
