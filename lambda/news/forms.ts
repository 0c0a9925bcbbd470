import type { Message } from './message.ts';

/** A message as its topic takes it. */
export interface Letter {
  /** Undefined where the form has no place for it. */
  readonly subject: string | undefined;
  readonly text: string;
}

/** For e-mail, and whatever else shows plain text. */
export function asText({ subject, paragraphs, next, runbook }: Message): Letter {
  const steps = next.length === 0 ? [] : [['What to type next:', ...next.map((each) => `  ${each}`)].join('\n')];
  const more = runbook === undefined ? [] : [`Runbook: ${runbook}`];
  return { subject, text: `${[...paragraphs, ...steps, ...more].join('\n\n')}\n` };
}

/**
 * For Slack and Teams, in the form of a custom notification of Amazon Q Developer in chat applications:
 * https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
 */
export function asChat({ subject, paragraphs, next, runbook, thread, type }: Message): Letter {
  const steps = [
    ...next.map((each) => `\`${plain(each)}\``),
    ...(runbook === undefined ? [] : [`Runbook: ${runbook}`]),
  ];
  const notification = {
    version: '1.0',
    source: 'custom',
    content: {
      textType: 'client-markdown',
      title: plain(subject),
      description: short(plain(paragraphs.join('\n\n'))),
      ...(steps.length > 0 && { nextSteps: steps }),
    },
    metadata: { threadId: thread, summary: plain(subject), eventType: type },
  };
  return { subject: undefined, text: JSON.stringify(notification) };
}

/** A chat obeys `<!channel>` and `[this](address)`, and a reason may quote whatever others wrote. */
function plain(text: string): string {
  return text.replaceAll('<', '‹').replaceAll('>', '›').replaceAll('@', '＠').replaceAll('](', '] (');
}

/** What is longer is not delivered at all. It ends with a whole line. */
function short(text: string): string {
  const most = 8000;
  if (text.length <= most) return text;
  const end = text.lastIndexOf('\n', most - 2);
  return `${text.slice(0, end < 0 ? most - 2 : end)}\n…`;
}
