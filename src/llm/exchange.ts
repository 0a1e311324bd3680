/** One message of what a model is given. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** What a model is asked. What is left out is the server's to choose. */
export interface ReplyRequest {
  readonly messages: readonly ChatMessage[];
  /** In place of the model that is set. */
  readonly model?: string | undefined;
  readonly temperature?: number | undefined;
  /** The most that may be written. */
  readonly maxTokens?: number | undefined;
}

/**
 * What comes from a model: text and reasoning as they are written, and once, at last, the end. Texts are never empty;
 * they hold no NUL, only LF newlines, and only whole characters.
 */
export type ReplyEvent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string }
  | {
      readonly type: 'end';
      /** A sentence for the page when the reply is usable but was cut short. */
      readonly note: string | undefined;
      /** Which model wrote it, by its own account. */
      readonly model: string;
      readonly promptTokens: number | undefined;
      readonly completionTokens: number | undefined;
    };
