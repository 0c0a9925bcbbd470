/**
 * The alias of the function through which only `plan` and `status` are answered, so that IAM can tell the right to look
 * from the right to act.
 */
export const READ_ONLY_ALIAS = 'read-only';
