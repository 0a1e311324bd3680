import { lettersIn } from './letters.ts';

/** The reply that the server has drawn, as its message shows it. */
export interface KeptReply {
  /** Of its text. */
  readonly letters: number;
  readonly isStopped: boolean;
  /** In words, once it is closed. */
  readonly outcome: string | undefined;
  /** Stops it, while it is open. */
  readonly stopForm: HTMLFormElement | null;
}

const OUTCOMES: Readonly<Record<string, string>> = {
  complete: 'Complete.',
  stopped: 'Stopped.',
  interrupted: 'Broke off.',
  failed: 'Failed.',
};

/** @returns `undefined` as long as there is none */
export function keptReply(place: Element): KeptReply | undefined {
  const reply = place.querySelector<HTMLElement>('[data-role=assistant]:last-child');
  if (!reply) return undefined;
  return {
    letters: shownLetters(reply.querySelector('[id$=_body]')),
    isStopped: reply.dataset.status === 'stopped',
    outcome: OUTCOMES[reply.dataset.status ?? ''],
    stopForm: reply.querySelector('form[action$="/cancellation"]'),
  };
}

/** The buttons beside code are not of the text. */
function shownLetters(text: Element | null): number {
  const buttons = [...(text?.querySelectorAll('button') ?? [])];
  const theirs = lettersIn(buttons.map(({ textContent }) => textContent).join(''));
  return lettersIn(text?.textContent ?? '') - theirs;
}
