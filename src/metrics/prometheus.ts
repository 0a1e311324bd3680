import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Queue } from '../../jobs/queue.ts';
import type { Traffic } from '../cable/traffic.ts';
import type { Connections } from '../database.ts';
import { databaseFigures } from './database-figures.ts';
import type { Metrics } from './metrics.ts';
import { queueFigures } from './queue-figures.ts';
import { toldFigures } from './told-figures.ts';
import { trafficFigures } from './traffic-figures.ts';

/** What is not told, but looked at when somebody asks. */
export interface Sources {
  readonly traffic: Traffic;
  readonly queue: Pick<Queue, 'backlog'>;
  /** Those to the database, where it has any. */
  connections(): Connections | undefined;
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
  const showDatabase = databaseFigures(register);

  return {
    metrics,
    contentType: register.contentType,
    async read({ traffic, queue, connections }) {
      showTraffic(traffic);
      showQueue(await queue.backlog());
      showDatabase(connections());
      return await register.metrics();
    },
  };
}
