import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { type FaultKind, UpstreamFault } from '../../src/llm/faults.ts';
import {
  type ChatMessage,
  type Model,
  type ModelSettings,
  openModel,
  type ReplyEvent,
} from '../../src/llm/model.ts';

export const API_KEY = 'sk-test-4f1c9b7e2d';

const QUESTION: readonly ChatMessage[] = [
  { role: 'system', content: 'You are ChatBot, a plain, friendly and helpful assistant.' },
  { role: 'user', content: 'Hello?' },
];

/** A model that is closed when the test ends. */
export async function openTestModel(t: TestContext, settings: Partial<ModelSettings>): Promise<Model> {
  const model = await openModel({
    apiKey: API_KEY,
    baseUrl: undefined,
    model: 'scripted',
    idleSeconds: 30,
    ...settings,
  });
  t.after(() => model.close());
  return model;
}

/** A reply that is being read to its end, whatever that is. */
export interface Asked {
  readonly text: string;
  readonly reasoning: string;
  readonly events: readonly ReplyEvent[];
  /** Waits for the first event of this type. */
  first(type: ReplyEvent['type']): Promise<void>;
  /** The reply's last event. @throws what the reply throws */
  readonly end: Promise<ReplyEvent | undefined>;
  abort(): void;
}

/** Asks, and reads the reply as it comes, at most until the test ends. */
export function ask(t: TestContext, model: Model, messages: readonly ChatMessage[] = QUESTION): Asked {
  const events: ReplyEvent[] = [];
  const abortion = new AbortController();
  t.after(() => abortion.abort());
  const came = {
    text: Promise.withResolvers<void>(),
    reasoning: Promise.withResolvers<void>(),
    end: Promise.withResolvers<void>(),
  };
  const end = read();
  end.catch(() => {}); // whoever asked looks at it later
  return {
    get text() {
      return joined(events, 'text');
    },
    get reasoning() {
      return joined(events, 'reasoning');
    },
    events,
    first: type => came[type].promise,
    end,
    abort: () => abortion.abort(),
  };

  async function read(): Promise<ReplyEvent | undefined> {
    for await (const event of model.reply({ messages }, abortion.signal)) {
      events.push(event);
      came[event.type].resolve();
    }
    return events.at(-1);
  }
}

function joined(events: readonly ReplyEvent[], type: 'text' | 'reasoning'): string {
  return events.map(event => (event.type === type ? event.text : '')).join('');
}

/** The fault in which the reply ends; its sentence is fit for the page. */
export async function faultIn(asked: Asked, kind: FaultKind): Promise<UpstreamFault> {
  const fault = await asked.end.then(
    () => assert.fail('The reply ended without a fault.'),
    (error: unknown) => error,
  );
  assert.ok(fault instanceof UpstreamFault, String(fault));
  assert.equal(fault.kind, kind);
  assert.match(fault.sentence, /^[A-Z].{20,}\.$/);
  assert.doesNotMatch(fault.sentence, /\{detail\}|<|\n|undefined|\bat .*:\d+/);
  assert.ok(!fault.sentence.includes(API_KEY) && !fault.stack?.includes(API_KEY));
  return fault;
}
