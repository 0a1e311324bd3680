import type { Figures } from './figures.ts';
import type { Meter } from './meter.ts';
import { bytes, inWords, milliseconds } from './numbers.ts';
import type { Run } from './run.ts';
import type { Question } from './way.ts';

/** What the browser can say without a run. */
export function summaryOfBrowser(): Figures {
  const [page] = performance.getEntriesByType('navigation');
  const protocol = page instanceof PerformanceNavigationTiming ? page.nextHopProtocol : '';
  return {
    support: `This browser has EventSource: ${yesOrNo('EventSource' in window)}; WebSocket: ${yesOrNo('WebSocket' in window)}.`,
    origin: location.origin,
    protocol: protocol || 'a protocol that the browser does not name',
  };
}

function yesOrNo(is: boolean): string {
  return is ? 'yes' : 'no';
}

/** What a run says to each point. What it has not shown is left out. */
export function summaryOf({ question, meters, wasCut }: Run): Figures {
  const turbo = meters.at(-1);
  const inTurn = (value: (meter: Meter) => string) => each(meters.map(value));
  const streams = (value: (meter: Meter) => string) => each(meters.slice(0, 2).map(value));
  const wasStopped = meters.some(({ stoppedAfterMs }) => stoppedAfterMs !== undefined);
  const stop = inTurn(({ stoppedAfterMs }) => milliseconds(stoppedAfterMs));
  return {
    latency: `First text after ${inTurn(({ firstTextMs }) => milliseconds(firstTextMs))}.`,
    connection: `Open for ${streams(({ endMs }) => inWords((endMs ?? 0) / 1000, 's'))}.`,
    ...(wasCut && { cut: `Letters and digits at the end: ${inTurn(({ letters }) => inWords(letters))}.` }),
    ...(wasStopped && { stop: `Stopped after ${stop}.` }),
    address: `This question makes an address of ${inWords(addressLength(question))} characters.`,
    frames: `${inWords(turbo?.steps)} changes of the page came in ${inWords(turbo?.frames)} messages on the WebSocket, pings among these.`,
    busy: `Main thread busy for ${inTurn(({ busyMs }) => milliseconds(busyMs))}.`,
    bytes: `On the wire ${inTurn(({ wireBytes }) => bytes(wireBytes))}; plain ${inTurn(({ plainBytes }) => bytes(plainBytes))}.`,
  };
}

/** The plot in a sentence. */
export function growthInWords({ meters }: Run): string {
  const lines = meters.map(
    ({ letters, lastTextMs }) => `${inWords(letters)} after ${inWords((lastTextMs ?? 0) / 1000, 's')}`,
  );
  return `Letters and digits shown over time. At the end: ${each(lines)}.`;
}

/** By the numbers of the columns. */
function each(values: readonly string[]): string {
  return values.map((value, way) => `${value} (${way + 1})`).join(', ');
}

/** Of the first way, which has the shortest. */
function addressLength({ prompt, bot }: Question): number {
  return `${location.origin}/v1/completions/live_stream?${new URLSearchParams({ prompt, bot })}`.length;
}
