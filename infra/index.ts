export type { BatchOptions, ManifestOptions } from './batches.ts';
export type { RotationConfiguration, RotationConfigurationOfMany } from './configuration.ts';
export type { EvidenceOptions } from './evidence.ts';
export { TokenRotation, type TokenRotationProps } from './token-rotation.ts';
