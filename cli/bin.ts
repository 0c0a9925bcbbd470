#!/usr/bin/env node
import { createRequire, enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

// What Node made of the program is kept, so that the next start takes half the time. It is kept in the user's own folder:
// whoever can write it has a say in what runs. Node 20 keeps nothing, and nor does Node where the folder cannot be made.

const { XDG_CACHE_HOME: own = '' } = process.env;
enableCompileCache?.(join(isAbsolute(own) ? own : join(homedir(), '.cache'), 'influxdb-token-rotation'));

// Node 20 does not have it.
Map.groupBy ??= <K, T>(items: Iterable<T>, keyOf: (item: T, index: number) => K): Map<K, T[]> => {
  const groups = new Map<K, T[]>();
  let index = 0;
  for (const item of items) {
    const key = keyOf(item, index);
    index += 1;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
};

// On Node 20, the AWS SDK warns in eight lines that its versions of 2027 will not run there. The one in here does, and
// docs/support.md says what comes.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

createRequire(__filename)('./main.cjs');
