import { checkUpstream, type ModelCheck } from './check-upstream.ts';
import { startDemoModel } from './demo/demo-model.ts';
import type { ReplyEvent, ReplyRequest } from './exchange.ts';
import type { FaultKind } from './faults.ts';
import { withRetries } from './retries.ts';
import { Upstream } from './upstream.ts';

export type { ModelCheck } from './check-upstream.ts';
export type { ChatMessage, ReplyEvent, ReplyRequest } from './exchange.ts';

/** Whoever answers: a model behind an OpenAI-compatible server, or the demo that comes with the program. */
export interface Model {
  /** Which model answers, in words that fit the start line and the page. */
  readonly name: string;
  readonly isDemo: boolean;
  /** Whose server it is asked of, such as `api.openai.com`. */
  readonly host: string;
  /** Which models one may ask for, by their ids; none where the server cannot say, or does not just now. */
  models(): Promise<readonly string[]>;
  /** How many tokens a model can have before it, its own reply included; by itself the one that is set. */
  contextTokens(model?: string): Promise<number>;
  /** Asks for the beginning of a reply, once, to see whether that works. */
  check(): Promise<ModelCheck>;
  /**
   * Asks the model and yields its reply as it is written, at last its end. Ends without one, and without an error,
   * as soon as `signal` aborts; that, and leaving the loop, also aborts the request.
   * @throws UpstreamFault when no complete reply came; the text so far has been yielded
   */
  reply(request: ReplyRequest, signal: AbortSignal): AsyncGenerator<ReplyEvent>;
  close(): Promise<void>;
}

export interface ModelSettings {
  readonly apiKey: string | undefined;
  readonly baseUrl: string | undefined;
  readonly model: string | undefined;
  /** A model that is silent for longer has broken off. */
  readonly idleSeconds: number;
  /** How many tokens its models can have before them; `undefined`: what the server says, or what is usual. */
  readonly contextTokens?: number | undefined;
}

interface ModelOptions {
  /** Is told of each request that does not come to a good end, also of those that are tried again. */
  readonly onFault?: (kind: FaultKind) => void;
}

const OPENAI_BASE_URL = 'https://api.openai.com/v1';
/** The small one of the current generation: quick, and cheap enough to try things out. */
const OPENAI_MODEL = 'gpt-5.4-mini';
/** Servers that ask for no key, such as Ollama, ignore it; the package wants one. */
const PLACEHOLDER_KEY = 'no-key-given';

/** Makes the model that the settings name ready. Asks nothing of a server yet: it may start later than we do. */
export async function openModel(settings: ModelSettings, options: ModelOptions = {}): Promise<Model> {
  const { apiKey, baseUrl, model, idleSeconds, contextTokens } = settings;
  if (!apiKey && !baseUrl) return openDemoModel(settings, options);

  const upstream = new Upstream({
    apiKey: apiKey ?? PLACEHOLDER_KEY,
    baseUrl: baseUrl ?? OPENAI_BASE_URL,
    model: model ?? (baseUrl ? undefined : OPENAI_MODEL),
    idleSeconds,
    contextTokens,
    ...options,
  });
  return {
    get name() {
      return upstream.modelName;
    },
    isDemo: false,
    ...askedOf(upstream),
    async close() {},
  };
}

async function openDemoModel(
  { idleSeconds, contextTokens }: ModelSettings,
  options: ModelOptions,
): Promise<Model> {
  const demo = await startDemoModel();
  const { baseUrl, apiKey } = demo;
  const upstream = new Upstream({ baseUrl, apiKey, model: 'demo', idleSeconds, contextTokens, ...options });
  return {
    name: 'the demo model',
    isDemo: true,
    ...askedOf(upstream),
    close: () => demo.close(),
  };
}

function askedOf(upstream: Upstream): Pick<Model, 'host' | 'models' | 'contextTokens' | 'check' | 'reply'> {
  return {
    host: upstream.host,
    models: async () => (await upstream.models()).map(({ id }) => id),
    contextTokens: model => upstream.contextTokens(model),
    check: () => checkUpstream(upstream),
    reply: (request, signal) => withRetries(() => upstream.reply(request, signal), signal),
  };
}
