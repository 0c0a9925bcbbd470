/** An error of an AWS service, by its own name: what the caller sees on the wire. */
export class ServiceError<Type extends string = string> extends Error {
  override readonly name = 'ServiceError';
  readonly type: Type;
  readonly status: number;

  constructor(type: Type, message: string, status = 400) {
    super(message);
    this.type = type;
    this.status = status;
  }
}
