import type { Operation } from './operation.ts';
import { page } from './pages.ts';
import { readFilters } from './secret-filters.ts';
import { invalidParameter, ServiceError } from './service-error.ts';
import { refuseDeleted } from './store.ts';
import { find, readValue } from './value-operations.ts';

const MAX_SECRETS = 20;

/** One secret's failure is a row of `Errors`; the call itself succeeds. */
export const batchGetSecretValue: Operation = ({ store }, input) => {
  const ids = input.texts('SecretIdList', { min: 1, max: MAX_SECRETS }, { min: 1, max: 2048 });
  if ((ids === undefined) !== input.has('Filters')) {
    throw invalidParameter('You must include Filters or SecretIdList, but not both.');
  }
  if (ids && (input.has('MaxResults') || input.has('NextToken'))) {
    throw invalidParameter('You can use MaxResults and NextToken only with Filters.');
  }
  const passes = readFilters(input);
  const filtered = (): string[] =>
    store
      .secrets()
      .filter((secret) => secret.deletedAt === undefined && passes(secret))
      .map(({ arn }) => arn);
  const { items, nextToken } = ids ? { items: ids, nextToken: undefined } : page(filtered(), input, MAX_SECRETS);
  const SecretValues: object[] = [];
  const Errors: object[] = [];
  // Last first: the service promises no order, so a caller that relies on one must fail here.
  for (const id of items.toReversed()) {
    try {
      const secret = refuseDeleted(store.view(id));
      SecretValues.push(readValue(store, secret, find(secret)));
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      Errors.push({ SecretId: id, ErrorCode: error.type, Message: error.message });
    }
  }
  return { SecretValues, Errors, NextToken: nextToken };
};
