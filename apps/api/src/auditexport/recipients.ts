import { Encrypter } from 'age-encryption';

/** Places of what age cannot encrypt to: judged by the library that will do it, so that nothing is accepted that fails later. Only X25519 recipients, which every age implementation reads. */
export const unusableRecipients = (list: readonly string[]): readonly number[] =>
  list.flatMap((text, n) => {
    try {
      if (!/^age1[02-9ac-hj-np-z]{58}$/.test(text)) return [n];
      new Encrypter().addRecipient(text);
      return [];
    } catch {
      return [n];
    }
  });
