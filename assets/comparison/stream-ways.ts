import { tab } from '../cable/tab.ts';
import { readAccumulated } from '../event-streams/read-accumulated.ts';
import { readDeltas } from '../event-streams/read-deltas.ts';
import type { Listener, Reading } from '../event-streams/reading.ts';
import type { Question } from './way.ts';

interface StreamWay {
  read(question: Question, listener: Listener): Reading;
  /** Shows what an event brought. */
  show(shown: Text, brought: string): void;
}

/** The two ways by event streams: each event brings all the text so far, or what is new. */
export const streamWays: Readonly<Record<string, StreamWay>> = {
  accumulated: {
    read: (question, listener) => readAccumulated({ ...question, tab }, listener),
    show(shown, whole) {
      shown.data = whole;
    },
  },
  deltas: {
    read: ({ prompt, bot }, listener) =>
      readDeltas({ bot, messages: [{ role: 'user', content: prompt }], tab }, listener),
    show: (shown, delta) => shown.appendData(delta),
  },
};
