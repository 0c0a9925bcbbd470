import { App } from 'aws-cdk-lib';
import { TokensStack } from '../lib/tokens-stack';

new TokensStack(new App(), 'TokensStack');
