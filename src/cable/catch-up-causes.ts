/** Why a page asks for a catch-up. */
export const CATCH_UP_CAUSES = [
  /** It has subscribed, for the first time or after a cut. */
  'subscribed',
  /** Turbo has rendered it anew. */
  'rendered',
  /** Its tab was hidden for long. */
  'awake',
  /** A step did not fit what it shows. */
  'gap',
  /** A step was for something that it does not have. */
  'missing',
  /** The server told it to: something may have been missed, or a form's answer says so. */
  'told',
  /** It has heard nothing for a while. */
  'quiet',
  /** The answer to its last question did not come. */
  'unanswered',
] as const;

export type CatchUpCause = (typeof CATCH_UP_CAUSES)[number];

/** What a client says of it in its own words, or not at all, is some other cause. */
export type CountedCause = CatchUpCause | 'other';

/** @param said anything that a client may have sent */
export function countedCause(said: unknown): CountedCause {
  return CATCH_UP_CAUSES.find(cause => cause === said) ?? 'other';
}
