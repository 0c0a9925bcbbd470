export type { RotationConfiguration } from './configuration.ts';
export { TokenRotation, type TokenRotationProps } from './token-rotation.ts';
