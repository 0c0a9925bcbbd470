import { describe, expect, it } from 'vitest';
import { unreadEndpoint } from '../../../lambda/secrets-manager/place.ts';

const OF_AWS = { endpoint: 'https://secretsmanager.eu-west-1.amazonaws.com' };

describe("a variable that should give the endpoint, though AWS's own is asked", () => {
  it.each([
    'AWS_ENDPOINT',
    'AWS_ENDPOINT_URI',
    'AWS_ENDPOINT_URL_SECRETSMANAGER',
    'AWS_ENDPOINT_URL_SECRET_MANAGER',
    'AWS_ENPOINT_URL',
    'SECRETS_MANAGER_ENDPOINT',
    'AWS_SECRETS_MANAGER_ENDPOINT_URL',
    'aws_endpoint_url',
  ])('is told to be none that is read: %s', (name) => {
    expect(unreadEndpoint(OF_AWS, { [name]: 'http://127.0.0.1:1' })).toBe(
      `. ${name} is set, but the AWS SDK does not read a variable of that name: if it should give the endpoint, name it AWS_ENDPOINT_URL_SECRETS_MANAGER`,
    );
  });

  it('is told to be switched off by another', () => {
    const variables = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' };
    expect(unreadEndpoint(OF_AWS, variables)).toBe(
      '. AWS_ENDPOINT_URL is set, but not used, because AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is set, too',
    );
  });

  it.each<[string, string, Record<string, string>]>([
    ['another endpoint was asked', 'http://127.0.0.1:1', { AWS_ENDPOINT: 'http://127.0.0.1:1' }],
    ['it is empty', OF_AWS.endpoint, { AWS_ENDPOINT: '' }],
    ['it is that of another service', OF_AWS.endpoint, { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' }],
    ['it is about something else', OF_AWS.endpoint, { AWS_ENDPOINT_DISCOVERY_ENABLED: 'true', HOME: '/' }],
    [
      "it names one of AWS's own",
      OF_AWS.endpoint,
      { AWS_ENDPOINT_URL: 'https://vpce-1.secretsmanager.eu-west-1.vpce.amazonaws.com' },
    ],
  ])('is not spoken of where %s', (_name, endpoint, variables) => {
    expect(unreadEndpoint({ endpoint }, variables)).toBe('');
  });
});
