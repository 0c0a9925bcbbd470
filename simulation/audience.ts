import type { Configuration } from '../lambda/config/configuration.ts';
import type { RunningServer } from '../local/http/server.ts';
import { type SecurityHubServer, startSecurityHub } from '../local/security-hub/server.ts';
import { type SnsServer, startSns } from '../local/sns/server.ts';

/** Who is told of changes, beside the bus: as far as the configuration has it. */
export class Audience {
  readonly sns: SnsServer | undefined;
  readonly securityHub: SecurityHubServer | undefined;

  private constructor(sns: SnsServer | undefined, securityHub: SecurityHubServer | undefined) {
    this.sns = sns;
    this.securityHub = securityHub;
  }

  static async open({ news, securityHub }: Configuration, now: () => number): Promise<Audience> {
    const sns = news?.topic === undefined ? undefined : await startSns({ now, topics: [news.topic] });
    return new Audience(sns, securityHub ? await startSecurityHub({ now }) : undefined);
  }

  get servers(): RunningServer[] {
    return [this.sns, this.securityHub].filter((each) => each !== undefined);
  }

  /** Where the handler finds them. */
  get endpoints(): { sns?: string; securityHub?: string } {
    const { sns, securityHub } = this;
    return { ...(sns && { sns: sns.url }), ...(securityHub && { securityHub: securityHub.url }) };
  }

  /** Whatever they were told. */
  get heard(): string[] {
    const findings = [...(this.securityHub?.findings.values() ?? [])];
    return [...(this.sns?.messages ?? []), ...findings].map((each) => JSON.stringify(each));
  }

  /** @returns a function that goes back to what they had. */
  save(): () => void {
    const { sns, securityHub } = this;
    const messages = [...(sns?.messages ?? [])];
    const findings = [...(securityHub?.findings ?? [])];
    return () => {
      sns?.messages.splice(0, Number.POSITIVE_INFINITY, ...messages);
      securityHub?.findings.clear();
      for (const [id, finding] of findings) securityHub?.findings.set(id, finding);
    };
  }
}
