const SECRET =
  'must be a name that Secrets Manager allows (1 to 512 letters, digits and /_+=.@!-), or an ARN of a secret';

const NAME_OF_CONSUMER = 'must be the name of a consumer in the configuration';
const TIME = 'must be a date and a time with its offset from UTC, such as "2026-12-18T18:00:00+01:00"';

/** What a text must be that has a form of its own, by its key. */
export const FORMATS: Readonly<Record<string, string>> = {
  secret: SECRET,
  tokenSecret: SECRET,
  deployment: 'must be 1 to 64 letters, digits, ".", "_" or "-", and not begin with "-"',
  consumer: NAME_OF_CONSUMER,
  consumers: NAME_OF_CONSUMER,
  name: 'must be 1 to 64 letters, digits, ".", "_" or "-", and not begin with "-"',
  adopt: 'must be an InfluxDB id, 16 hexadecimal digits that are not all zero, or "auto"',
  hours: 'must be two times of a day, such as "22:00-04:00"',
  from: TIME,
  to: TIME,
  until: 'must be a day, such as "2027-03-01", or a time with its offset from UTC, such as "2027-03-01T06:00:00+01:00"',
  versionId: 'must be the id of a version of the secret: 32 to 64 letters, digits and hyphens',
  bucket: 'must be a name that S3 allows: 3 to 63 small letters, digits, "." and "-"',
  prefix: 'must end with a slash, not begin with one, and hold only letters, digits and !_.*\'()/-, as in "influxdb/"',
  topic: 'must be the ARN of an SNS topic, such as "arn:aws:sns:eu-central-1:123456789012:news"',
  bus: 'must be a name that EventBridge allows (1 to 256 letters, digits and /._-), or an ARN of an event bus',
  ca: 'must be a certificate in PEM, with the line "-----BEGIN CERTIFICATE-----": the text itself, not the path of a file',
};
