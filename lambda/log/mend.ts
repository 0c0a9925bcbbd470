/**
 * What mends a failure, for a program that offers the command or the statement. The sentence beside it tells people the
 * same; this keeps programs from reading sentences.
 */
export type Mend =
  /** AWS does not allow it. `policy` is the kind that AWS names; with `isDenied` a statement there forbids it. */
  | {
      readonly kind: 'allow';
      readonly actions: readonly string[];
      readonly resource: string;
      readonly policy: string;
      readonly isDenied: boolean;
    }
  /** A variable of the AWS environment, to be set; without `value`, a person knows it. */
  | { readonly kind: 'set'; readonly variable: string; readonly value?: string }
  /** To be unset: with another variable it has no meaning. */
  | { readonly kind: 'unset'; readonly variable: string }
  /** AWS takes no credentials from here; `command` is undefined where the keys themselves must be given anew. */
  | { readonly kind: 'sign-in'; readonly command?: string }
  | { readonly kind: 'clock'; readonly of: 'this machine' | 'InfluxDB' }
  /** A right of the rotator's own token, as InfluxDB's API takes it. */
  | { readonly kind: 'right'; readonly permission: object }
  /** What the configuration names does not exist; `near` does, and is spelt almost the same. */
  | { readonly kind: 'name'; readonly of: Named; readonly name: string; readonly near?: string }
  | { readonly kind: 'activate'; readonly user: string }
  | { readonly kind: 'connection'; readonly why: NoConnection }
  /** `near` is a key of its JSON that is almost the wanted one. */
  | {
      readonly kind: 'rotator-secret';
      readonly secret: string;
      readonly wrong: WrongRotatorSecret;
      readonly near?: string;
    };

export type Named = 'org' | 'owner' | 'bucket';

/** Why no connection came about. */
export type NoConnection =
  | 'unknown host'
  | 'refused'
  | 'no route'
  | 'other host'
  | 'expired'
  | 'untrusted'
  | 'no TLS'
  | 'client certificate'
  | 'broken TLS'
  | 'cut before TLS'
  | 'cut';

/** `elsewhere`: no secret of the configuration was found. `others`: it holds something else, under other keys. */
export type WrongRotatorSecret = 'absent' | 'elsewhere' | 'deleted' | 'binary' | 'unreadable' | 'text' | 'others';
