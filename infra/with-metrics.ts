import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { MetricName } from '../lambda/log/metrics.ts';

/**
 * A construct with a method for each metric of a deployment.
 * @internal
 */
export abstract class WithMetrics extends Construct {
  protected abstract metric(name: MetricName, options: MetricOptions | undefined): Metric;

  /** Rotations. */
  metricTokensRotated(options?: MetricOptions): Metric {
    return this.metric('TokensRotated', options);
  }

  /** Tokens that were switched off. */
  metricTokensSwitchedOff(options?: MetricOptions): Metric {
    return this.metric('TokensSwitchedOff', options);
  }

  /** Tokens that were deleted. */
  metricTokensDeleted(options?: MetricOptions): Metric {
    return this.metric('TokensDeleted', options);
  }

  /** Consumers that a run could not serve. */
  metricConsumersFailed(options?: MetricOptions): Metric {
    return this.metric('ConsumersFailed', options);
  }

  /** Consumers that wait for a person. */
  metricConsumersBlocked(options?: MetricOptions): Metric {
    return this.metric('ConsumersBlocked', options);
  }

  /** Consumers whose applications have no working token after the run. */
  metricConsumersWithoutAccess(options?: MetricOptions): Metric {
    return this.metric('ConsumersWithoutAccess', options);
  }

  /** Current tokens that InfluxDB refused when they were tried, as once a day. */
  metricCurrentTokensRefused(options?: MetricOptions): Metric {
    return this.metric('CurrentTokensRefused', options);
  }

  /** Live tokens that are older than their `maxTokenAge`. */
  metricTokensOverdue(options?: MetricOptions): Metric {
    return this.metric('TokensOverdue', options);
  }

  /** Tokens of the configured owners that nothing manages. */
  metricTokensUnmanaged(options?: MetricOptions): Metric {
    return this.metric('TokensUnmanaged', options);
  }

  /** Runs in which everything went well. */
  metricRunsSucceeded(options?: MetricOptions): Metric {
    return this.metric('RunsSucceeded', options);
  }

  /** Runs that failed in any way, and were still able to report it. */
  metricRunsFailed(options?: MetricOptions): Metric {
    return this.metric('RunsFailed', options);
  }

  /** The age of the oldest current token, in seconds. */
  metricOldestTokenAge(options?: MetricOptions): Metric {
    return this.metric('OldestTokenAge', options);
  }

  /** Calls that were one too many for InfluxDB or Secrets Manager. */
  metricCallsThrottled(options?: MetricOptions): Metric {
    return this.metric('CallsThrottled', options);
  }

  /** Runs that could not put on record what they did; only where evidence is kept. */
  metricEvidenceFailed(options?: MetricOptions): Metric {
    return this.metric('EvidenceFailed', options);
  }
}
