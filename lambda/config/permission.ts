/** A permission as InfluxDB's API has it. The server ignores `name` and `org`, so they are never sent. */
export interface Permission {
  readonly action: 'read' | 'write';
  readonly resource: { readonly type: string; readonly id?: string | undefined; readonly orgID?: string | undefined };
}
