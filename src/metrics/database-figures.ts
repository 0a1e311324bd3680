import { Gauge, type Registry } from 'prom-client';
import type { Connections } from '../database.ts';

/** The figures of the connections to the database. @returns what shows them as they are now; SQLite has none */
export function databaseFigures(register: Registry): (connections: Connections | undefined) => void {
  const registers = [register];
  const connections = new Gauge({
    name: 'parley_database_connections',
    help: 'Connections to PostgreSQL that this process has now, by whether something is done with them.',
    labelNames: ['state'],
    registers,
  });
  const waiting = new Gauge({
    name: 'parley_database_waiting',
    help: 'Queries and transactions of this process that wait for a connection to PostgreSQL.',
    registers,
  });
  waiting.remove(); // until something is known of it

  return now => {
    if (!now) return;
    connections.set({ state: 'in_use' }, now.inUse);
    connections.set({ state: 'idle' }, now.idle);
    waiting.set(now.waiting);
  };
}
