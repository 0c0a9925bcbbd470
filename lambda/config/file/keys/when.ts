import type { ConfigurationFile } from '../schema.ts';
import type { FreezeFile, WindowFile } from '../when.ts';
import type { KeysOf, ObjectOfKeys } from './key.ts';

const MOMENTS = ['2026-12-18T18:00:00+01:00'];

export const WINDOW: ObjectOfKeys = {
  name: 'WindowConfiguration',
  text: 'When tokens that work may be replaced.',
  section: 'window',
  keys: {
    days: { text: 'Days on which the window opens.', byDefault: 'every day' },
    hours: {
      text: 'From when to when, as a clock on the wall shows it. `22:00-04:00` ends on the next day, even if that is not one of `days`. `24:00` is the end of the day.',
      byDefault: 'the whole day',
      examples: ['22:00-04:00'],
    },
    timeZone: {
      text: 'Time zone of that clock, by its name in the IANA database.',
      examples: ['Europe/Berlin'],
    },
  } satisfies KeysOf<WindowFile>,
};

export const FREEZE: ObjectOfKeys = {
  name: 'FreezeConfiguration',
  text: 'A time in which no token that works is replaced.',
  section: 'freezes',
  keys: {
    from: { text: 'When it begins, with the offset from UTC.', examples: MOMENTS },
    to: { text: 'When it is over, with the offset from UTC.', examples: MOMENTS },
    reason: 'Why. Each run says it in its report and in the log.',
    everything: 'Also switch off and delete no token that was superseded, until the freeze is over.',
  } satisfies KeysOf<FreezeFile>,
};

export const CANARIES: ObjectOfKeys = {
  name: 'CanariesConfiguration',
  text: 'Consumers that rotate before all others.',
  section: 'canaries',
  keys: {
    consumers: 'Names of the consumers that rotate first.',
    soak: 'How long each of them must be well with its new token before the others follow.',
  } satisfies KeysOf<NonNullable<ConfigurationFile['canaries']>>,
};
