import * as z from 'zod/mini';
import { DURATION } from './duration.ts';

const TOPIC = /^arn:aws[a-z-]*:sns:[a-z-]+-\d{1,2}:\d{12}:[A-Za-z0-9_-]{1,256}$/;

/** How people are told of changes. Without it they are not, and nothing of this costs a call or a right. */
export const NewsFile = z.strictObject({
  topic: z.optional(
    z.string().check(z.regex(TOPIC), z.meta({ description: 'ARN of the SNS topic that gets messages for people' })),
  ),
  format: z.optional(
    z
      .enum(['text', 'chat'])
      .check(z.meta({ description: '"chat" for Slack and Teams, through Amazon Q Developer in chat applications' })),
  ),
  digest: z.optional(
    z.enum(['daily', 'weekly']).check(z.meta({ description: 'Also send a summary, once a day or once a week' })),
  ),
  warnBefore: z.optional(
    z.string().check(
      z.regex(DURATION),
      z.meta({
        description: 'How long before a token is out of policy people are warned',
        examples: ['3d'],
      }),
    ),
  ),
});
