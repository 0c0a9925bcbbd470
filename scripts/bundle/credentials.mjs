// Stands in for `@aws-sdk/credential-provider-node` in the bundle: Lambda gives a function its credentials in the
// environment, so the other providers (profiles, SSO, web identity, processes, containers) would never be asked.
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
