interface FaultRow {
  /** Tells the person what happened and what to do, unless it is just to try again, for which there is a button. */
  readonly sentence: string;
  /** Asking again, a moment later, may do. */
  readonly mayPass?: true;
}

/** Everything that is known to go wrong between us and a model. */
const FAULTS = {
  // No way to the server.
  refused: {
    sentence: "The model's server is not running: start it, or check OPENAI_BASE_URL.",
    mayPass: true,
  },
  unreachable: {
    sentence: "The model's server cannot be reached ({detail}). Check the network.",
    mayPass: true,
  },
  'unknown-host': {
    sentence: "The name of the model's server is not known. Check OPENAI_BASE_URL and the network.",
  },
  tls: { sentence: "No secure connection to the model's server ({detail}). Check OPENAI_BASE_URL." },
  misconfigured: {
    sentence: 'The model cannot be asked like this. Check OPENAI_BASE_URL and OPENAI_API_KEY.',
  },

  // The server says no.
  unauthorized: { sentence: "The model's server does not accept the API key. Check OPENAI_API_KEY." },
  forbidden: { sentence: 'The API key may not use this model. Check OPENAI_API_KEY and OPENAI_MODEL.' },
  'no-credit': {
    sentence: "The account's credit with the model's provider is used up. Check its plan and billing.",
  },
  'unknown-model': {
    sentence: 'The server does not have the model "{detail}". Choose another, or check OPENAI_MODEL.',
  },
  'no-model': {
    sentence:
      "The model's server lists no model. Install one there, or check OPENAI_BASE_URL (it usually ends in /v1).",
  },
  'wrong-address': {
    sentence: 'There is no chat model at this address. OPENAI_BASE_URL usually ends in /v1.',
  },
  'too-long': {
    sentence: 'The conversation is too long for this model. Start a new one, or ask more briefly.',
  },
  'refused-temperature': {
    sentence: 'The model does not take this temperature. Change it in the bot, or leave it empty.',
  },
  'refused-length': {
    sentence: 'The model may not write as much as this bot asks for. Lower its longest reply.',
  },
  'filtered-question': {
    sentence: "The provider's content filter refused the question. Word it differently.",
  },
  'refused-request': {
    sentence: "The model's server did not accept the request{detail}. Check OPENAI_MODEL.",
  },
  'rate-limited': {
    sentence: 'The model gets too many requests just now. Wait {detail}, then try again.',
    mayPass: true,
  },
  'server-error': { sentence: "The model's server failed ({detail}). Try again in a moment.", mayPass: true },

  // It answers, but not as a model does.
  'not-event-stream': { sentence: 'What answered is no chat model. OPENAI_BASE_URL usually ends in /v1.' },
  malformed: { sentence: "The model's server sent something that cannot be read." },
  unexpected: { sentence: 'The reply could not be read ({detail}).' },

  // The reply does not come to its end.
  cut: { sentence: 'The connection to the model broke off.', mayPass: true },
  'broken-off': { sentence: 'The model stopped before its reply was complete.' },
  silent: {
    sentence: 'Nothing came from the model for {detail}. Try again, or see whether its server is busy.',
  },
  reported: { sentence: "The model's server reported an error{detail}." },

  // It comes to its end, and is empty.
  empty: { sentence: 'The model answered without a word. Try again, or word the question differently.' },
  'only-thought': {
    sentence: 'The model used up its length in thinking, before the answer. Ask for something shorter.',
  },
  filtered: { sentence: "The provider's content filter held back the reply. Word the question differently." },
} as const satisfies Record<string, FaultRow>;

export type FaultKind = keyof typeof FAULTS;

interface FaultDetails {
  readonly retryAfterMs?: number | undefined;
  readonly trace?: string | undefined;
}

/** Why no complete reply came. It never holds the key, nor anything of the upstream's but a short, cleaned quotation. */
export class UpstreamFault extends Error {
  readonly kind: FaultKind;
  /** For the page: what happened, and what to do. */
  readonly sentence: string;
  readonly mayPass: boolean;
  /** How long the server asks to wait. */
  readonly retryAfterMs: number | undefined;
  /** Where an error that nobody expected was thrown, for the log. */
  readonly trace: string | undefined;

  /** @param detail fills the gap in the sentence of this kind */
  constructor(kind: FaultKind, detail = '', about: FaultDetails = {}) {
    const row: FaultRow = FAULTS[kind];
    const sentence = row.sentence.replace('{detail}', () => detail);
    super(sentence);
    this.kind = kind;
    this.sentence = sentence;
    this.mayPass = row.mayPass ?? false;
    this.retryAfterMs = about.retryAfterMs;
    this.trace = about.trace;
  }
}
