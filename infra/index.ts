export type { BatchOptions, ManifestOptions } from './batches.ts';
export type { EvidenceOptions } from './evidence.ts';
export type * from './rotation-configuration.ts';
export { TokenRotation, type TokenRotationProps } from './token-rotation.ts';
