/** The reply that the server has drawn, as its message shows it. */
export interface KeptReply {
  /** Of its text. */
  readonly characters: number;
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
    characters: shownLength(reply.querySelector('[id$=_body]')),
    outcome: OUTCOMES[reply.dataset.status ?? ''],
    stopForm: reply.querySelector('form[action$="/cancellation"]'),
  };
}

/** Line breaks between tags are not shown. */
function shownLength(text: Element | null): number {
  return text?.textContent.replace(/\s+/g, ' ').trim().length ?? 0;
}
