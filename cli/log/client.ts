import {
  CloudWatchLogsClient,
  type CloudWatchLogsClientConfig,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
  type FilterLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';

// Loaded only where a log is read, so that nothing else waits for it.

export type Search = (
  input: FilterLogEventsCommandInput,
  abortSignal: AbortSignal,
) => Promise<FilterLogEventsCommandOutput>;

export function searchWith(config: CloudWatchLogsClientConfig): Search {
  const client = new CloudWatchLogsClient(config);
  return (input, abortSignal) => client.send(new FilterLogEventsCommand(input), { abortSignal });
}
