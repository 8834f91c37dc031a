export { generateSealingKeys, loadPrivateKey, loadPublicKey, writeSealingKeys, type SealingPrivateKey, type SealingPublicKey } from './keys.ts';
export { open, seal, type SealFailure } from './seal.ts';
