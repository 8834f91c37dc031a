import type { Objects } from '@cadastre/platform/objects';
import type { StoreOptions } from '@cadastre/store/pool';
import type { SignerPort } from '../seal/signer-client.ts';

/** A process that dies at its nth contact with the world outside: from then on it does nothing any more. */
export interface Mortal {
  readonly dead: () => boolean;
  /** How often it touched the world. */
  readonly touched: () => number;
  readonly store: Partial<StoreOptions>;
  objects(real: Objects): Objects;
  signer(real: SignerPort): SignerPort;
}

export const mortal = (deathAt: number): Mortal => {
  let touched = 0;
  const touch = (): void => {
    touched += 1;
    if (touched >= deathAt) throw new Error('killed');
  };
  // Before and after: the world may have done it although the process never heard of it.
  const around = async <T>(act: () => Promise<T>): Promise<T> => {
    touch();
    const out = await act();
    touch();
    return out;
  };
  return {
    dead: () => touched >= deathAt,
    touched: () => touched,
    store: { onStatement: touch },
    objects: real => ({
      ...real, put: (key, bytes) => around(() => real.put(key, bytes)), replace: (key, bytes) => around(() => real.replace(key, bytes)), get: key => around(() => real.get(key)), stat: key => around(() => real.stat(key)),
    }),
    signer: real => ({ ...real, memory: () => around(() => real.memory()), sign: trees => around(() => real.sign(trees)) }),
  };
};
