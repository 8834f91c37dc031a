/** A text for people, French first. */
export interface Words {
  readonly fr: string;
  readonly en: string;
}

/** Where the evidence is: what an auditor runs or opens. Each is checked to exist when the page is generated. */
export type Where =
  | { readonly query: string }
  | { readonly mutation: string }
  | { readonly event: string }
  | { readonly command: string }
  | { readonly file: string }
  | { readonly test: string };

/**
 * A clause of a text, in our words, and what Cadastre leaves for whoever judges it. Nothing here says that a clause is met: qualification and certification are
 * granted to an operator's service by others.
 */
export interface Clause {
  readonly text: 'SecNumCloud 3.2' | 'HDS v2' | 'NIS2 2024/2690' | 'ISO/IEC 27001:2022' | 'GDPR';
  /** Number in the text. */
  readonly clause: string;
  readonly asks: Words;
  /** What the product leaves; absent when it leaves nothing and the operator alone answers. */
  readonly evidence?: Words;
  readonly where: readonly Where[];
  /** What software cannot do: the operator must. */
  readonly operator?: Words;
}
