/** Asked on `cad.v1.cluster.probe`: the provider door cannot open a sealed credential, the controller can. */
export interface ProbeRequest {
  readonly endpoint: string;
  readonly sealedCredential: string;
}
export type ProbeReply =
  | { readonly ok: true; readonly version: string; readonly endpoint: string }
  | {
      readonly ok: false;
      readonly code: 'CLUSTER_UNREACHABLE' | 'CLUSTER_BAD_CERTIFICATE' | 'CLUSTER_UNAUTHORISED' | 'CLUSTER_FORBIDDEN' | 'CLUSTER_BAD_KUBECONFIG';
      /** What the cluster or the TLS layer said, without secrets. */
      readonly detail: string;
    };

/** What a cluster's credential is sealed for: authenticated by the seal, so that a text sealed for another use does not open here. */
export const CREDENTIAL_PURPOSE = 'cluster-credential';
export const PROBE_SUBJECT = 'cad.v1.cluster.probe';
