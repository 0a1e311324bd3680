import OpenAI, { APIError } from 'openai';
import { faultOf } from './classify-fault.ts';
import type { ReplyEvent, ReplyRequest } from './exchange.ts';
import { UpstreamFault } from './faults.ts';
import { type Answer, readReply } from './read-reply.ts';
import { Watchdog } from './watchdog.ts';

export interface UpstreamSettings {
  readonly apiKey: string;
  readonly baseUrl: string;
  /** `undefined`: the first that the server lists. */
  readonly model: string | undefined;
  readonly idleSeconds: number;
}

/** One OpenAI-compatible server, and what was learned about it. */
export class Upstream {
  readonly #settings: UpstreamSettings;
  readonly #client: OpenAI;
  #model: string | undefined;
  #knowsStreamOptions = true;

  constructor(settings: UpstreamSettings) {
    this.#settings = settings;
    this.#model = settings.model;
    this.#client = openClient(settings);
  }

  get modelName(): string {
    return this.#model ?? `the first model of ${new URL(this.#settings.baseUrl).host}`;
  }

  /**
   * One attempt at a reply. Ends quietly when `signal` aborts.
   * @throws UpstreamFault
   */
  async *reply(request: ReplyRequest, signal: AbortSignal): AsyncGenerator<ReplyEvent> {
    const watchdog = new Watchdog(this.#settings.idleSeconds * 1000);
    const left = new AbortController();
    try {
      const gone = AbortSignal.any([signal, watchdog.signal, left.signal]);
      const answer = await this.#ask(request, gone);
      for await (const event of readReply(answer, watchdog)) {
        if (signal.aborted) return;
        yield event;
      }
    } catch (error) {
      if (signal.aborted) return;
      throw this.#faultOf(error, watchdog);
    } finally {
      watchdog.stop();
      left.abort();
    }
  }

  #faultOf(error: unknown, watchdog: Watchdog): UpstreamFault {
    const isOfSilence = watchdog.signal.aborted && !(error instanceof UpstreamFault);
    const reason: unknown = isOfSilence ? watchdog.signal.reason : error;
    return faultOf(reason, { apiKey: this.#settings.apiKey, model: this.modelName });
  }

  async #ask({ messages }: ReplyRequest, signal: AbortSignal): Promise<Answer> {
    this.#model ??= await this.#firstModel(signal);
    const request = { model: this.#model, messages: [...messages], stream: true as const };
    if (!this.#knowsStreamOptions) return await this.#send(request, signal);
    try {
      return await this.#send({ ...request, stream_options: { include_usage: true } }, signal);
    } catch (error) {
      if (!(error instanceof APIError && REFUSED_REQUEST.has(error.status))) throw error;
      const answer = await this.#send(request, signal);
      this.#knowsStreamOptions = false;
      return answer;
    }
  }

  async #send(request: OpenAI.ChatCompletionCreateParamsStreaming, signal: AbortSignal): Promise<Answer> {
    const sent = this.#client.chat.completions.create(request, { signal });
    const { data, response } = await sent.withResponse();
    return { chunks: data, headers: response.headers, model: request.model };
  }

  async #firstModel(signal: AbortSignal): Promise<string> {
    const { data } = await this.#client.models.list({ signal });
    const ids = data.map(({ id }) => id);
    const chosen = ids.find(id => !CANNOT_CHAT.test(id)) ?? ids[0];
    if (chosen === undefined) throw new UpstreamFault('no-model');
    return chosen;
  }
}

/** What servers answer to a field that they do not know; 422 comes from those that check a schema. */
const REFUSED_REQUEST: ReadonlySet<unknown> = new Set([400, 422]);

/** Servers list these beside the models that chat, under names that tell. */
const CANNOT_CHAT = /embed|rerank|whisper|tts/i;

/** Our own retries and watchdog know more than the package's; its log would put upstream errors on the console. */
function openClient({ apiKey, baseUrl, idleSeconds }: UpstreamSettings): OpenAI {
  return new OpenAI({
    apiKey,
    baseURL: baseUrl,
    maxRetries: 0,
    timeout: (idleSeconds + 60) * 1000,
    logLevel: 'off',
    organization: null, // or it reads these from the environment
    project: null,
  });
}
