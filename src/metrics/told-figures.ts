import { Counter, Histogram, type Registry } from 'prom-client';
import type { Metrics } from './metrics.ts';

/** From a model in memory to one that has to be loaded first. */
const FIRST_TOKEN_SECONDS = [0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120];
/** From a large model on a small machine to the fastest that are for hire. */
const TOKENS_PER_SECOND = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
/** From a row in memory to a wait for another writer. */
const QUERY_SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10];
const ENDINGS = ['complete', 'stopped', 'interrupted', 'failed'] as const;

/** The figures of what the program tells while it runs. */
export function toldFigures(register: Registry): Metrics {
  const registers = [register];
  const replies = new Counter({
    name: 'parley_replies_total',
    help: 'Replies that were closed by this process, by what became of them.',
    labelNames: ['status'],
    registers,
  });
  const firstToken = new Histogram({
    name: 'parley_first_token_seconds',
    help: 'Time from asking the model for a reply to the first that came of it, retries included.',
    buckets: FIRST_TOKEN_SECONDS,
    registers,
  });
  const tokenRate = new Histogram({
    name: 'parley_tokens_per_second',
    help: 'How fast the model wrote a whole reply, from its first token on.',
    buckets: TOKENS_PER_SECOND,
    registers,
  });
  const faults = new Counter({
    name: 'parley_upstream_errors_total',
    help: 'Requests to the model that did not come to a good end, by kind; each try counts.',
    labelNames: ['kind'],
    registers,
  });
  const queries = new Histogram({
    name: 'parley_database_query_seconds',
    help: 'Time that statements took in the database, by kind; `other` begins and ends transactions.',
    labelNames: ['kind'],
    buckets: QUERY_SECONDS,
    registers,
  });
  for (const status of ENDINGS) replies.inc({ status }, 0); // what never happened is 0, not unknown

  return {
    replyEnded: status => replies.inc({ status }),
    modelBegan: ms => firstToken.observe(ms / 1000),
    modelWrote: tokensPerSecond => tokenRate.observe(tokensPerSecond),
    modelFailed: kind => faults.inc({ kind }),
    queryRan: (kind, ms) => queries.observe({ kind }, ms / 1000),
  };
}
