/** Where services are called instead of in their Region, as the environment says. */
export function endpointsIn(environment: Readonly<Record<string, string | undefined>>) {
  const of = (service: string) =>
    environment[`AWS_ENDPOINT_URL_${service}`] || environment.AWS_ENDPOINT_URL || undefined;
  return {
    eventBridge: of('EVENTBRIDGE'),
    logs: of('CLOUDWATCH_LOGS'),
    sns: of('SNS'),
    securityHub: of('SECURITYHUB'),
    config: of('CONFIG_SERVICE'),
  };
}
