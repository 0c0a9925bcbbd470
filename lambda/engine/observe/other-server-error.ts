import { CodedError } from '../../log/coded-error.ts';

/** What answers is not the server that these tokens were made on. Nothing is decided in this run. */
export class OtherServerError extends CodedError {
  override readonly name = 'OtherServerError';
  override readonly code = 'OTHER_SERVER';

  constructor(consumer: string, orgId: string, resolved: string) {
    super(
      `another InfluxDB seems to answer: the token of consumer ${consumer} was made in org ${orgId}, but the configured org is ${resolved} here, and the token does not exist: check influxdb.url and what its name resolves to; if the org did change, remove the key "rotation" from the secret`,
    );
  }
}
