import { Counter, Gauge, type Registry } from 'prom-client';
import { CATCH_UP_CAUSES } from '../cable/catch-up-causes.ts';
import { TRANSPORTS, type Traffic } from '../cable/traffic.ts';

/** The figures of the cable. @returns what shows them as they are now */
export function trafficFigures(register: Registry): (traffic: Traffic) => void {
  const registers = [register];
  const connections = new Gauge({
    name: 'parley_cable_connections',
    help: 'Pages that are connected to this process now.',
    labelNames: ['transport'],
    registers,
  });
  const subscriptions = new Gauge({
    name: 'parley_cable_subscriptions',
    help: 'Streams that those pages follow now.',
    registers,
  });
  const frames = new Counter({
    name: 'parley_cable_frames_total',
    help: 'Live frames, once for each page that was sent them.',
    registers,
  });
  const bytes = new Counter({
    name: 'parley_cable_sent_bytes_total',
    help: 'Bytes written to the connections of pages, compressed as they were.',
    labelNames: ['transport'],
    registers,
  });
  const catchUps = new Counter({
    name: 'parley_cable_catch_ups_total',
    help: 'Catch-ups that were answered, by why the page asked.',
    labelNames: ['cause'],
    registers,
  });
  const refreshes = new Counter({
    name: 'parley_cable_refreshes_total',
    help: 'How often a stock Hotwire client was told to fetch its page anew.',
    registers,
  });

  return traffic => {
    for (const transport of TRANSPORTS) connections.set({ transport }, traffic.connections(transport));
    subscriptions.set(traffic.subscriptions);
    for (const counter of [frames, bytes, catchUps, refreshes]) counter.reset();
    frames.inc(traffic.frames);
    for (const transport of TRANSPORTS) bytes.inc({ transport }, traffic.bytes(transport));
    for (const cause of [...CATCH_UP_CAUSES, 'other'] as const)
      catchUps.inc({ cause }, traffic.catchUps.get(cause) ?? 0);
    refreshes.inc(traffic.refreshes);
  };
}
