import type { FastifyBaseLogger } from 'fastify';
import type { Config } from '../config.ts';
import { type Metrics, UNCOUNTED } from './metrics.ts';
import type { Sources } from './prometheus.ts';

/** What keeps count, and whoever tells it to Prometheus. */
export interface OpenMetrics {
  readonly metrics: Metrics;
  /**
   * Begins to answer `GET /metrics`. @param sources what is looked at when somebody asks
   * @returns where, or `undefined` where nobody is to ask
   * @throws ConfigError when the port cannot be had
   */
  serve(sources: Sources): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Keeps count where there is a port to ask at. Else nothing is counted, and what would count is not even loaded. */
export async function openMetrics(
  config: Pick<Config, 'host' | 'metricsPort' | 'metricsToken'>,
  log: FastifyBaseLogger,
): Promise<OpenMetrics> {
  const { host, metricsPort: port, metricsToken: token } = config;
  if (port === undefined) return NOTHING_OPEN;
  const { openPrometheus } = await import('./prometheus.ts');
  const { serveMetrics } = await import('./serve-metrics.ts');
  const prometheus = openPrometheus();
  let close = async () => {};

  return {
    metrics: prometheus.metrics,

    async serve(sources) {
      const read = () => prometheus.read(sources);
      const server = await serveMetrics({ host, port, token, log }, prometheus.contentType, read);
      close = () => server.close();
      return server.url;
    },

    close: () => close(),
  };
}

const NOTHING_OPEN: OpenMetrics = {
  metrics: UNCOUNTED,
  serve: async () => undefined,
  async close() {},
};
