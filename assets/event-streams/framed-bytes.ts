import type { EventSourceMessage } from 'eventsource-parser/stream';

const encoder = new TextEncoder();

/** How many bytes an event takes as the server frames it: its id, its name, its data line by line, and an empty line. */
export function framedBytes({ id, event, data }: EventSourceMessage): number {
  const lines = [
    ...(id ? [`id: ${id}`] : []),
    ...(event ? [`event: ${event}`] : []),
    ...data.split('\n').map(line => `data: ${line}`),
  ];
  return encoder.encode(`${lines.join('\n')}\n\n`).length;
}
