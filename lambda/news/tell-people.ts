import { changesFor } from './changes.ts';
import { COUNTED, digestOf, isDigestDue } from './digest.ts';
import { type DeskOptions, type Edition, telling } from './edition.ts';
import { asChat, asText, type Letter } from './forms.ts';
import { type Message, messagesAbout } from './message.ts';

/** Sends one message for each kind of change. @returns the subjects of whose state people could not be told. */
export async function tellPeople(edition: Edition, options: DeskOptions): Promise<ReadonlySet<string>> {
  const { report, conditions, memory } = edition;
  const untold = new Set<string>();
  if (options.topic === undefined) return untold;
  const changes = changesFor('people', conditions, memory, report.startedAt);
  for (const [message, about] of messagesAbout(changes, letterhead(edition, options))) {
    const isTold = await publish(message, about.length, options);
    if (!isTold) for (const { subject } of about) untold.add(subject);
  }
  return untold;
}

/** @returns until when people have had their digest. */
export async function tellDigest(edition: Edition, options: DeskOptions): Promise<string> {
  const { memory, now, report } = edition;
  const { configuration, topic, history } = options;
  const digest = configuration.news?.digest;
  const since = memory?.digestAt ?? report.startedAt;
  if (digest === undefined || topic === undefined) return report.startedAt;
  if (!isDigestDue(digest, Date.parse(since), now)) return since;
  const send = async () => {
    const past = (await history?.since(Date.parse(since), COUNTED)) ?? [];
    const message = digestOf(digest, { from: since, now, past }, edition, letterhead(edition, options));
    await topic.publish(...letterOf(message, options));
  };
  const isTold = await telling(options.log, { to: 'people', news: 'digest', count: 1 }, send);
  return isTold ? new Date(now).toISOString() : since;
}

function publish(message: Message, count: number, options: DeskOptions): Promise<boolean> {
  const { log, topic } = options;
  return telling(log, { to: 'people', news: message.type, count }, async () =>
    topic?.publish(...letterOf(message, options)),
  );
}

function letterOf(message: Message, { configuration }: DeskOptions): [text: string, subject: string | undefined] {
  const { text, subject }: Letter = configuration.news?.format === 'chat' ? asChat(message) : asText(message);
  return [text, subject];
}

function letterhead({ memory }: Edition, { configuration, runbookUrl }: DeskOptions) {
  return { deployment: configuration.deployment, runbookUrl, mayRepeat: memory === undefined };
}
