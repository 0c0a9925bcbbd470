declare module 'asl-validator' {
  /** Checks a definition in the states language. */
  export default function validate(definition: object): {
    readonly isValid: boolean;
    errorsText(separator: string): string;
  };
}
