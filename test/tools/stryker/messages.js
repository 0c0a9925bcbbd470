import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

/** Leaves out the texts for people: what holds a blank is a sentence, and never a kind, a status or a key. */
export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, 'messages', {
    shouldIgnore({ node }) {
      const texts =
        node.type === 'StringLiteral'
          ? [node.value]
          : node.type === 'TemplateLiteral'
            ? node.quasis.map(({ value }) => value.raw)
            : [];
      return texts.some((text) => text.includes(' ')) ? 'a text for people' : undefined;
    },
  }),
];
