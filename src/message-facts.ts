import type { Bot, MessageRow } from './schema.ts';

type Fact = readonly [name: string, words: string];

/** As much of a message as is told of it. */
type Told = { readonly bot_name: Bot['name'] | null } & Pick<
  MessageRow,
  'model' | 'prompt_tokens' | 'completion_tokens' | 'started_at' | 'finished_at'
>;

/** What is told of a message beside its text, as far as it is known. */
export function factsOf(message: Told): readonly Fact[] {
  const { bot_name, model, prompt_tokens, completion_tokens, started_at, finished_at } = message;
  const seconds = started_at && finished_at ? (finished_at - started_at) / 1000 : undefined;
  return [
    ...fact('Bot', bot_name),
    ...fact('Model', model),
    ...fact('Tokens read', prompt_tokens?.toLocaleString('en')),
    ...fact('Tokens written', completion_tokens?.toLocaleString('en')),
    ...fact('Took', seconds === undefined ? undefined : durationOf(seconds)),
    ...fact('Speed', speedOf(completion_tokens, seconds)),
  ];
}

function fact(name: string, words: string | null | undefined): readonly Fact[] {
  return words ? [[name, words]] : [];
}

function durationOf(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** The time until the first token counts as well. */
function speedOf(tokens: number | null, seconds: number | undefined): string | undefined {
  return tokens && seconds ? `${(tokens / seconds).toFixed(1)} tokens/s` : undefined;
}
