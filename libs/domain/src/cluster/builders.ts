/** Value of the ownership label, and field manager of every write. */
export const OWNER = 'cadastre';
export const OWNER_LABEL = 'app.kubernetes.io/managed-by';
/** Our own labels; on the wire `cadastre.cloud/<word>`. */
export const label = <W extends string>(word: W): `cadastre.cloud/${W}` => `cadastre.cloud/${word}`;

/** Free text as a Kubernetes label value: `Salle A (nord)` becomes `Salle-A-nord`. At most 63 characters, empty when nothing is left. */
export const labelValue = (text: string): string =>
  text.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 63).replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '');
