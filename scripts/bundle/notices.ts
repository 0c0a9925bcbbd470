import type { BundledPackage } from './bundled-packages.ts';

const LINE = '='.repeat(80);

/** What the licences of the bundled packages ask for: names, licences, and each text once, below all whose text it is. */
export function notices(packages: readonly BundledPackage[]): string {
  // One licence text is broken into lines in different ways.
  const byWords = new Map<string, { readonly text: string; readonly owners: string[] }>();
  for (const bundled of packages) {
    const texts = bundled.texts.map((text) => ({ text, owner: titleOf(bundled) }));
    const contained = bundled.contains.map(({ name, licence, text }) => ({
      text,
      owner: `${name} (${licence}), which ${bundled.name} contains`,
    }));
    for (const { text, owner } of [...texts, ...contained]) {
      const words = text.replaceAll(/\s+/g, ' ').trim();
      byWords.set(words, { text, owners: [...(byWords.get(words)?.owners ?? []), owner] });
    }
  }
  const texts = [...byWords.values()].map(({ text, owners }) => `${LINE}\n${owners.join('\n')}\n\n${text}\n`);
  return `${INTRODUCTION}\n${packages.map((bundled) => `${titleOf(bundled)}\n`).join('')}\n${texts.join('\n')}`;
}

const INTRODUCTION = `Third-party notices

The handler of influxdb-token-rotation is one file, which contains the packages below, or parts of them. Each is under
the licence in parentheses. The texts of the licences, and the notices that come with them, follow.
`;

function titleOf({ name, version, licence }: BundledPackage): string {
  return `${name} ${version} (${licence})`;
}
