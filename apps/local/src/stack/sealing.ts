import { writeSealingKeys } from '@cadastre/platform/seal';
import { exists, type StateDir } from '../host/state-dir.ts';

/** The pair that cluster credentials are sealed with: the provider door can only seal, the controller can open. */
export interface SealingKeys { readonly publicPath: string; readonly privatePath: string }

/** Made once for one state folder: a new pair would leave every registered cluster's credential unreadable. */
export async function openSealingKeys(dir: StateDir): Promise<SealingKeys> {
  const paths = { publicPath: dir.file('sealing', 'public.jwk.json'), privatePath: dir.file('sealing', 'private.jwk.json') };
  if (!exists(paths.privatePath)) await writeSealingKeys(paths.publicPath, paths.privatePath);
  return paths;
}
