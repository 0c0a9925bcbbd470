/** How people name an event bus. */
export const BUS =
  /^(?:arn:aws[a-z-]*:events:[a-z-]+-\d{1,2}:\d{12}:event-bus\/[A-Za-z0-9/._-]{1,256}|(?!arn:)[A-Za-z0-9/._-]{1,256})$/;

/** What the construct tells the function's bus with: CloudFormation may be the only one who knows its ARN. */
export const EVENT_BUS_VARIABLE = 'EVENT_BUS';

/** The Region in a bus's ARN; undefined for a name, which means a bus of where the function runs. */
export function regionOfBus(nameOrArn: string): string | undefined {
  return nameOrArn.startsWith('arn:') ? nameOrArn.split(':')[3] : undefined;
}
