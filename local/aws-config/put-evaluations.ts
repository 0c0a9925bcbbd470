import { isObject, type JsonObject } from '../http/aws-json.ts';
import { ServiceError } from '../http/service-error.ts';

/** What was said of a resource last. */
export interface Evaluated {
  readonly type: string;
  readonly compliance: string;
  readonly annotation: string | undefined;
  /** In milliseconds since the epoch. */
  readonly at: number;
}

const MOST = 100;
const MEMBERS = new Set(['Evaluations', 'ResultToken', 'TestMode']);
const TYPES = new Set(['COMPLIANT', 'NON_COMPLIANT', 'NOT_APPLICABLE', 'INSUFFICIENT_DATA']);
const EVALUATION = new Set([
  ...['ComplianceResourceType', 'ComplianceResourceId', 'ComplianceType', 'Annotation', 'OrderingTimestamp'],
]);

/**
 * Takes evaluations by the contract that AWS documents:
 * https://docs.aws.amazon.com/config/latest/APIReference/API_PutEvaluations.html
 * @param tokens the tokens that this service gave out.
 * @param known what it knows, which is written.
 */
export function putEvaluations(
  input: JsonObject,
  tokens: ReadonlySet<string>,
  known: Map<string, Evaluated>,
): JsonObject {
  onlyKnown(input, MEMBERS);
  const { ResultToken, Evaluations = [], TestMode = false } = input;
  if (typeof ResultToken !== 'string') throw invalid('resultToken', 'Member must not be null');
  if (!Array.isArray(Evaluations) || !Evaluations.every(isObject))
    throw notSerial('Evaluations must be a list of objects');
  if (Evaluations.length > MOST) throw invalid('evaluations', `Member must have length less than or equal to ${MOST}`);
  const all = Evaluations.map(evaluationIn);
  if (TestMode !== true && !tokens.has(ResultToken))
    throw new ServiceError('InvalidResultTokenException', 'The result token is invalid.');
  for (const [id, evaluated] of all) {
    const before = known.get(id);
    if (TestMode !== true && (before === undefined || before.at <= evaluated.at)) known.set(id, evaluated);
  }
  return { FailedEvaluations: [] };
}

function evaluationIn(evaluation: JsonObject): [id: string, Evaluated] {
  onlyKnown(evaluation, EVALUATION);
  const { ComplianceResourceType: type, ComplianceResourceId: id, ComplianceType: compliance } = evaluation;
  const { Annotation: annotation, OrderingTimestamp: at } = evaluation;
  if (typeof at !== 'number') throw invalid('orderingTimestamp', 'Member must not be null');
  if (typeof compliance !== 'string' || !TYPES.has(compliance))
    throw invalid('complianceType', `Member must satisfy enum value set: [${[...TYPES].join(', ')}]`);
  if (compliance === 'INSUFFICIENT_DATA')
    throw new ServiceError('InvalidParameterValueException', 'INSUFFICIENT_DATA is not supported by PutEvaluations.');
  return [
    sized('complianceResourceId', id, 768),
    {
      type: sized('complianceResourceType', type, 256),
      compliance,
      annotation: annotation === undefined ? undefined : sized('annotation', annotation, 256),
      at: Math.round(at * 1000),
    },
  ];
}

function sized(member: string, value: unknown, most: number): string {
  if (typeof value !== 'string') throw invalid(member, 'Member must not be null');
  if (value.length === 0) throw invalid(member, 'Member must have length greater than or equal to 1');
  if (value.length > most) throw invalid(member, `Member must have length less than or equal to ${most}`);
  return value;
}

/** The service ignores what it does not know; here a misspelt name must show. */
function onlyKnown(value: JsonObject, names: ReadonlySet<string>): void {
  for (const name of Object.keys(value)) if (!names.has(name)) throw notSerial(`unknown member ${name}`);
}

function notSerial(message: string): ServiceError {
  return new ServiceError('SerializationException', message);
}

function invalid(member: string, constraint: string): ServiceError {
  const message = `1 validation error detected: Value at '${member}' failed to satisfy constraint: ${constraint}`;
  return new ServiceError('ValidationException', message);
}
