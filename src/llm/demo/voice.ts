/**
 * What a bot has to say in the demo. Each text is Markdown; `{topic}` stands for what the question is about, `{sum}`
 * for a sum worked out. Of several texts one is chosen by the question.
 */
export interface Voice {
  readonly greetings: readonly string[];
  readonly thanks: readonly string[];
  /** To "Who are you?" */
  readonly self: string;
  readonly jokes: readonly string[];
  readonly sum: string;
  readonly openings: readonly string[];
  /** To a question without a wish for a certain form. */
  readonly thoughts: readonly string[];
  readonly list: { readonly intro: string; readonly items: readonly string[] };
  /** Rows compare two things: an aspect, the one, the other. */
  readonly table: { readonly intro: string; readonly rows: readonly (readonly [string, string, string])[] };
  readonly code: { readonly intro: string; readonly outro: string };
  /** Long enough to watch it being written, and to stop it. Its lines are joined into paragraphs. */
  readonly story: string;
  readonly closings: readonly string[];
  readonly notice: {
    /** Says that this is a demo; how to connect a model follows it. */
    readonly full: string;
    readonly short: string;
  };
}
