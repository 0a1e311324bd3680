import OpenAI from 'openai';
import { UpstreamFault } from './faults.ts';

export interface ChatMessage { readonly role: 'system' | 'user' | 'assistant'; readonly content: string }
export type ReplyEvent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string }
  | { readonly type: 'end'; readonly note: string | undefined; readonly model: string; readonly promptTokens: number | undefined; readonly completionTokens: number | undefined };
export interface Model {
  readonly name: string;
  readonly isDemo: boolean;
  reply(messages: readonly ChatMessage[], signal: AbortSignal): AsyncGenerator<ReplyEvent>;
  close(): Promise<void>;
}
export interface ModelSettings { readonly apiKey: string | undefined; readonly baseUrl: string | undefined; readonly model: string | undefined; readonly idleSeconds: number }

export async function openModel(settings: ModelSettings): Promise<Model> {
  const client = new OpenAI({ apiKey: settings.apiKey ?? 'none', baseURL: settings.baseUrl ?? 'http://127.0.0.1:9/v1', maxRetries: 0 });
  return {
    name: settings.model ?? 'x', isDemo: false, async close() {},
    async *reply(messages, signal) {
      try {
        const stream = await client.chat.completions.create({ model: settings.model ?? 'x', messages: [...messages], stream: true }, { signal });
        for await (const chunk of stream) {
          const choice = chunk.choices[0];
          if (choice?.delta.content) yield { type: 'text', text: choice.delta.content };
          if (choice?.finish_reason) { yield { type: 'end', note: undefined, model: chunk.model, promptTokens: undefined, completionTokens: undefined }; return; }
        }
      } catch (error) { if (signal.aborted) return; throw new UpstreamFault('x', String(error)); }
      if (!signal.aborted) throw new UpstreamFault('broken_off', 'The connection to the model broke off.');
    },
  };
}
