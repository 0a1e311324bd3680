import type { OpenAI } from 'openai';
import { faultOf } from './classify-fault.ts';
import { contextTokensIn, listedContextTokens, usualContextTokens } from './context-window.ts';
import { type Dialect, firstDialect, inDialect, otherDialect } from './dialect.ts';
import type { ReplyEvent, ReplyRequest } from './exchange.ts';
import { type FaultKind, UpstreamFault } from './faults.ts';
import { type ListedModel, ModelList, thatChat } from './model-list.ts';
import { type Answer, readReply } from './read-reply.ts';
import { Watchdog } from './watchdog.ts';

export interface UpstreamSettings {
  readonly apiKey: string;
  readonly baseUrl: string;
  /** `undefined`: the first that the server lists. */
  readonly model: string | undefined;
  readonly idleSeconds: number;
  /** In place of what the server says. */
  readonly contextTokens?: number | undefined;
  /** Is told of each attempt at a reply that fails. */
  readonly onFault?: (kind: FaultKind) => void;
}

/** One OpenAI-compatible server, and what was learned about it. */
export class Upstream {
  readonly #settings: UpstreamSettings;
  #client: Promise<OpenAI> | undefined;
  #model: string | undefined;
  readonly #models = new ModelList(async patienceMs => {
    await this.#open(); // on a busy machine loading the package may take longer than the server
    return await this.#listModels(AbortSignal.timeout(patienceMs));
  });
  #dialect: Dialect;

  constructor(settings: UpstreamSettings) {
    this.#settings = settings;
    this.#model = settings.model;
    this.#dialect = firstDialect(settings.baseUrl);
  }

  get modelName(): string {
    return this.#model ?? `the first model of ${this.host}`;
  }

  /** Where it is, without a password that the address may hold. */
  get host(): string {
    return new URL(this.#settings.baseUrl).host;
  }

  /** How many tokens the model, or the one that is set, can have before it. */
  async contextTokens(model = this.#model): Promise<number> {
    if (this.#settings.contextTokens) return this.#settings.contextTokens;
    const models = await this.models();
    return listedContextTokens(models, model ?? models[0]?.id) ?? usualContextTokens(this.host);
  }

  /** What it lists that can chat, from a few minutes ago at most; empty where it cannot say. */
  async models(): Promise<readonly ListedModel[]> {
    return thatChat(await this.#models.get());
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
      const fault = this.#faultOf(error, request, watchdog);
      this.#settings.onFault?.(fault.kind);
      throw fault;
    } finally {
      watchdog.stop();
      left.abort();
    }
  }

  #faultOf(error: unknown, { model = this.modelName }: ReplyRequest, watchdog: Watchdog): UpstreamFault {
    const isOfSilence = watchdog.signal.aborted && !(error instanceof UpstreamFault);
    const reason: unknown = isOfSilence ? watchdog.signal.reason : error;
    return faultOf(reason, { apiKey: this.#settings.apiKey, model });
  }

  async #ask(request: ReplyRequest, signal: AbortSignal): Promise<Answer> {
    const model = request.model ?? (await this.#ownModel(signal));
    const first = this.#dialect;
    for (let dialect = first; ; ) {
      try {
        const answer = await this.#send(inDialect(dialect, model, request), signal);
        this.#dialect = dialect;
        return answer;
      } catch (error) {
        const hasLength = request.maxTokens !== undefined;
        const other = otherDialect(dialect, { error, hasLength, first });
        if (!other) throw error;
        dialect = other;
      }
    }
  }

  async #send(request: OpenAI.ChatCompletionCreateParamsStreaming, signal: AbortSignal): Promise<Answer> {
    const client = await this.#open();
    const sent = client.chat.completions.create(request, { signal });
    const { data, response } = await sent.withResponse();
    return { chunks: data, headers: response.headers, model: request.model };
  }

  async #ownModel(signal: AbortSignal): Promise<string> {
    this.#model ??= firstOf(await this.#listModels(signal));
    return this.#model;
  }

  async #listModels(signal: AbortSignal): Promise<readonly ListedModel[]> {
    const client = await this.#open();
    const { data } = await client.models.list({ signal });
    return data.map(model => ({ id: model.id, contextTokens: contextTokensIn(model) }));
  }

  /** With the first request: most processes of a larger installation never ask. */
  #open(): Promise<OpenAI> {
    this.#client ??= openClient(this.#settings);
    return this.#client;
  }
}

function firstOf(models: readonly ListedModel[]): string {
  const chosen = thatChat(models)[0] ?? models[0];
  if (!chosen) throw new UpstreamFault('no-model');
  return chosen.id;
}

/** Our own retries and watchdog know more than the package's; its log would put upstream errors on the console. */
async function openClient({ apiKey, baseUrl, idleSeconds }: UpstreamSettings): Promise<OpenAI> {
  const { OpenAI } = await import('openai');
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
