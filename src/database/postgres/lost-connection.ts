import { Unavailable } from '../../errors.ts';

/** What PostgreSQL says as it ends a connection: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const STATES = /^(08...|57P0[1-3]|25P03)$/;
const SOCKET_CODES = ['ECONNRESET', 'EPIPE', 'ETIMEDOUT'];
/** What pg itself says of a connection that has ended. */
const WORDS = /^(Connection terminated|Client has encountered a connection error|Client was closed)/;

/** The error of a query as it is to be told: one whose connection was lost can be tried again, any other is a mistake. */
export function tellLoss(error: unknown): unknown {
  return isLoss(error) ? unavailable(error) : error;
}

export function unavailable(cause: unknown): Unavailable {
  return new Unavailable('The database cannot be reached just now. Try again in a moment.', { cause });
}

function isLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return STATES.test(code) || SOCKET_CODES.includes(code) || WORDS.test(error.message);
}
