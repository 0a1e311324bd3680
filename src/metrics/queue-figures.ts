import { Gauge, type Registry } from 'prom-client';
import type { Backlog } from '../../jobs/queue.ts';

/** The figures of the queue. @returns what shows them as they are now; what is not known is left out */
export function queueFigures(register: Registry): (backlog: Backlog | undefined) => void {
  const registers = [register];
  const waiting = new Gauge({
    name: 'parley_queue_waiting_jobs',
    help: 'Jobs that nobody has begun yet; where there is a Redis, every process says the same of one queue.',
    registers,
  });
  const oldest = new Gauge({
    name: 'parley_queue_oldest_wait_seconds',
    help: 'How long the first of them has waited, or 0.',
    registers,
  });

  return backlog => {
    if (!backlog) {
      for (const gauge of [waiting, oldest]) gauge.remove();
      return;
    }
    waiting.set(backlog.waiting);
    oldest.set(backlog.oldestWaitMs / 1000);
  };
}
