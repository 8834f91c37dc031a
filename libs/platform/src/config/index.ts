export { processEnvironment, type Environment } from './environment.ts';
export { fingerprintOf, type Fingerprint } from './fingerprint.ts';
export { ConfigError, configOrExit, EXIT_CONFIG, loadConfig, type ConfigFault } from './load.ts';
export {
  allocatorConfig, controllerConfig, doorConfig, migrateConfig,
  type AllocatorConfig, type ControllerConfig, type DoorConfig, type MigrateConfig,
} from './processes.ts';
export { kubeAuditConfig, type KubeAuditConfig } from './kubeaudit.ts';
export { notaryConfig, signerConfig, type NotaryConfig, type SignerConfig } from './sealing.ts';
export { keeperConfig, type KeeperConfig } from './keeper.ts';
export { monitorConfig, type MonitorConfig } from './monitor.ts';
export { auditStorage, storageHasCredentials } from './audit-storage.ts';
export { setting, type ConfigDescription, type Loaded, type Setting, type Settings } from './setting.ts';
