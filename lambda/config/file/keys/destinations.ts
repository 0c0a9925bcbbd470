import type * as z from 'zod/mini';
import type { EventsFile } from '../event-bus.ts';
import type { EvidenceFile } from '../evidence.ts';
import type { NewsFile } from '../news.ts';
import type { KeysOf, ObjectOfKeys } from './key.ts';

type Evidence = z.infer<typeof EvidenceFile>;

export const EVENTS: ObjectOfKeys = {
  name: 'EventsConfiguration',
  text: 'Where applications are told of their tokens.',
  section: 'events',
  keys: {
    bus: {
      text: "Name or ARN of the EventBridge bus that gets an [event](events.md) after each promotion, and before an older token ends. `default` is the account's own bus. It must be in the Region of the function, and a bus of another account has to allow it. CDK grants `events:PutEvents` on this bus alone.",
      examples: ['default', 'arn:aws:events:eu-central-1:123456789012:event-bus/tokens'],
    },
  } satisfies KeysOf<z.infer<typeof EventsFile>>,
};

export const EVIDENCE_BUCKET: ObjectOfKeys = {
  name: 'EvidenceBucketConfiguration',
  text: 'A bucket that keeps the evidence.',
  section: 'evidence',
  keys: {
    bucket: {
      text: "Name of the S3 bucket that keeps the [evidence](evidence.md). CDK grants `s3:PutObject` and `s3:GetObject` below the deployment's name, and `s3:ListBucket` for it.",
      byDefault: 'this or `folder` is required',
      examples: ['acme-evidence'],
    },
    prefix: {
      text: 'What the names of its objects begin with, up to a slash. The name of the deployment follows.',
      byDefault: 'nothing',
      examples: ['influxdb/'],
    },
  } satisfies KeysOf<Extract<Evidence, { bucket: string }>>,
};

export const EVIDENCE_FOLDER: ObjectOfKeys = {
  name: 'EvidenceFolderConfiguration',
  text: 'A folder that keeps the evidence, where the handler does not run in AWS.',
  section: 'evidence',
  keys: {
    folder: {
      text: 'A folder in place of a bucket, where the handler does not run in AWS. CDK refuses it, since what a function writes into its own folder is gone with it.',
      byDefault: 'this or `bucket` is required',
    },
  } satisfies KeysOf<Extract<Evidence, { folder: string }>>,
};

export const NEWS: ObjectOfKeys = {
  name: 'NewsConfiguration',
  text: "How people are told when a consumer's state changes.",
  section: 'news',
  keys: {
    topic: {
      text: 'ARN of the SNS topic that gets a message for people at each change of state. It must be in the Region of the function. CDK grants `sns:Publish` on it alone.',
      byDefault: 'only the bus is told',
      examples: ['arn:aws:sns:eu-central-1:123456789012:news'],
    },
    format: 'Form of the messages. `chat` is for Slack and Teams, through Amazon Q Developer in chat applications.',
    digest: { text: 'Also send a summary, once a day or once a week.', byDefault: 'no summary' },
    warnBefore:
      "How long before a token is out of policy, an exception ends, or a retired consumer's last token is switched off or deleted, people are warned. `0s` for no warning.",
  } satisfies KeysOf<z.infer<typeof NewsFile>>,
};
