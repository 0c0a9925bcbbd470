export type { RotationConfiguration } from './configuration.ts';
export type { EvidenceOptions } from './evidence.ts';
export { TokenRotation, type TokenRotationProps } from './token-rotation.ts';
