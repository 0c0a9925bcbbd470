import { READ_ONLY_ALIAS } from '../config/read-only-alias.ts';
import { LOOKS_ONLY, type Request, RequestError } from './request.ts';

/** @throws {RequestError} for what is more than a look, where the caller has the right to look alone. */
export function assertMayAct({ action }: Pick<Request, 'action'>, invokedFunctionArn = ''): void {
  // arn:aws:lambda:REGION:ACCOUNT:function:NAME:ALIAS
  const alias = invokedFunctionArn.split(':')[7];
  if (alias !== READ_ONLY_ALIAS || LOOKS_ONLY.has(action)) return;
  throw new RequestError(
    `through the alias "${READ_ONLY_ALIAS}" only ${[...LOOKS_ONLY].map((each) => `"${each}"`).join(' and ')} are answered: to act, invoke the function itself, which takes the right to do so (grantOperate)`,
  );
}
