import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Queue } from '../../jobs/queue.ts';
import type { Traffic } from '../cable/traffic.ts';
import type { Metrics } from './metrics.ts';
import { queueFigures } from './queue-figures.ts';
import { toldFigures } from './told-figures.ts';
import { trafficFigures } from './traffic-figures.ts';

/** What is not told, but looked at when somebody asks. */
export interface Sources {
  readonly traffic: Traffic;
  readonly queue: Pick<Queue, 'backlog'>;
}

interface Prometheus {
  readonly metrics: Metrics;
  readonly contentType: string;
  /** All figures, in Prometheus' text format. */
  read(sources: Sources): Promise<string>;
}

/** The figures of one process: its own, and Node's (event loop, garbage collection, memory, CPU). */
export function openPrometheus(): Prometheus {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const metrics = toldFigures(register);
  const showTraffic = trafficFigures(register);
  const showQueue = queueFigures(register);

  return {
    metrics,
    contentType: register.contentType,
    async read({ traffic, queue }) {
      showTraffic(traffic);
      showQueue(await queue.backlog());
      return await register.metrics();
    },
  };
}
