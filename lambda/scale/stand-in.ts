import { type Configuration, parseConfiguration } from '../config/configuration.ts';
import { withStandIn } from '../config/scale.ts';
import type { ScaleParts } from './parts.ts';

/** What all consumers have in common, where there is no need of any. */
export function standInConfiguration({ base }: Pick<ScaleParts, 'base'>): Omit<Configuration, 'consumers'> {
  const { consumers: _, ...common } = parseConfiguration(withStandIn(base), 'rotation.json');
  return common;
}
