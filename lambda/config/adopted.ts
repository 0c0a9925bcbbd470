import type { ConsumerSettings } from './consumer-settings.ts';

/** The id that the configuration names for adoption; undefined for `auto`, which names none. */
export function adoptedId({ adopt }: ConsumerSettings): string | undefined {
  return adopt === 'auto' ? undefined : adopt;
}
