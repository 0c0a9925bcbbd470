// What people read about each key of the configuration: in editors, in the types of the construct, and in
// docs/configuration.md. It is apart from the schema, so that the handler does not carry it.

/** One key. A text alone is a key with nothing else to say. */
export type Key = string | ToldKey;

interface ToldKey {
  /** What it is, in Markdown. Links are relative to docs/. */
  readonly text: string;
  /** What holds without it, in words, where that is no value. */
  readonly byDefault?: string;
  readonly examples?: readonly string[];
  /** The object that it holds, or the objects in its list; several where it holds one of them. */
  readonly holds?: readonly ObjectOfKeys[];
}

export interface ObjectOfKeys {
  /** The interface that the construct exports for it. */
  readonly name: string;
  readonly text: string;
  /** Its heading in docs/configuration.md. */
  readonly section: string;
  /** Its keys are keys of this object, too. */
  readonly extends?: ObjectOfKeys;
  readonly keys: Readonly<Record<string, Key>>;
}

/** Every key of an object, and no other. */
export type KeysOf<File> = { readonly [Name in keyof Required<File>]: Key };

export function told(key: Key): ToldKey {
  return typeof key === 'string' ? { text: key } : key;
}

/** With those that it shares with another object. */
export function allKeys({ extends: base, keys }: ObjectOfKeys): Readonly<Record<string, Key>> {
  return { ...(base && allKeys(base)), ...keys };
}

/** For readers who are not on the page: a link that is a sentence of its own says where it leads, others are only words. */
export function withoutLinks(text: string): string {
  const onItsOwn = /(?<=\. )\[([^\]]+)\]\(([^)]+)\)(?=\.$)/;
  return text
    .replace(onItsOwn, (_link, words: string, to: string) => `${words}: docs/${to.replace(/^#/, 'configuration.md#')}`)
    .replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1');
}
