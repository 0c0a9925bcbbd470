import type * as z from 'zod/mini';
import { ConfigurationFile } from './schema.ts';

/** What this file knows of a schema of zod: an object, a list, or something optional around one. */
interface Node {
  readonly _zod: {
    readonly def: {
      readonly shape?: Readonly<Record<string, Node>>;
      readonly element?: Node;
      readonly innerType?: Node;
    };
  };
}

/** The keys that the object at this path can have; none if there is no object. */
export function keysAt(path: readonly PropertyKey[], schema: z.ZodMiniType = ConfigurationFile): string[] {
  let node: Node | undefined = schema as unknown as Node;
  for (const part of path) {
    const { shape, element }: Node['_zod']['def'] = unwrapped(node);
    node = typeof part === 'number' ? element : shape?.[String(part)];
  }
  return Object.keys(unwrapped(node).shape ?? {});
}

/** In which part of the file a key would be right, for people who wrote it elsewhere. */
export function homeOfKey(key: string): string | undefined {
  if (keysAt(['limits']).includes(key)) return '"limits"';
  if (keysAt(['defaults']).includes(key)) return '"defaults", or in a consumer';
  if (keysAt(['consumers', 0]).includes(key)) return 'a consumer';
  if (keysAt(['influxdb']).includes(key)) return '"influxdb"';
  if (keysAt(['events']).includes(key)) return '"events"';
  return keysAt([]).includes(key) ? 'the file itself, beside "influxdb" and "consumers"' : undefined;
}

function unwrapped(node: Node | undefined): Node['_zod']['def'] {
  const def = node?._zod.def ?? {};
  return def.innerType === undefined ? def : unwrapped(def.innerType);
}
