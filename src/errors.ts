/** Something that a person asked for and cannot have. The message is a sentence for the page. */
export class Refusal extends Error {
  readonly status: number = 400;
}

export class Forbidden extends Refusal {
  override readonly status = 403;
}

export class NotFound extends Refusal {
  override readonly status = 404;
}

/** A page that shows what is gone is behind, and can catch up. */
export class Vanished extends NotFound {}

/** A form stays that is about what is gone: its page says so. */
export class Deleted extends Vanished {}

export class Conflict extends Refusal {
  override readonly status = 409;
}

/** What was there, and is not for use any more. */
export class Gone extends Refusal {
  override readonly status = 410;
}

export class Invalid extends Refusal {
  override readonly status = 422;
}

/** What cannot be answered now for want of something that is away. Whoever finds it away says so in the log. */
export class Unavailable extends Refusal {
  override readonly status = 503;
}

export class TooManyRequests extends Refusal {
  override readonly status = 429;
}

/** At which level the log tells of an error that nobody is answered with. */
export function logLevelOf(error: unknown): 'debug' | 'error' {
  return error instanceof Unavailable ? 'debug' : 'error';
}
