import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  Conflict,
  Deleted,
  Gone,
  Invalid,
  NotFound,
  Refusal,
  TooManyRequests,
  Unavailable,
  Vanished,
} from '../errors.ts';
import { sendTurboStream, wantsTurboStream } from '../turbo/negotiation.ts';
import { turboStream } from '../turbo/turbo-stream.ts';
import { renderPartial } from '../views.ts';

/** Answers what went wrong with a page that says so in words. Only what nobody expected is logged as an error. */
export function errorPages(app: FastifyInstance): void {
  app.setNotFoundHandler(() => {
    throw new NotFound('There is no such page.');
  });

  app.setErrorHandler(answerWithPage);
}

function answerWithPage(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = asRefusal(error);
  if (!refusal) request.log.error(error);
  const frame = request.headers['turbo-frame'];
  if (refusal && typeof frame === 'string')
    return reply.code(refusal.status).view('errors/frame', { frame, sentence: refusal.message });
  if (wantsTurboStream(request)) {
    if (refusal instanceof Vanished) return catchUp(reply, refusal);
    if (refusal && leavesThePage(refusal))
      return sendTurboStream(reply.code(refusal.status), notice(refusal));
  }
  return showError(reply, refusal?.status ?? 500, refusal?.message ?? UNEXPECTED);
}

const UNEXPECTED = 'Something went wrong on the server. It has been written down; try again in a moment.';

/** What can be done a little later, or otherwise, is said on the page as it is, so that nothing on it is lost. */
function leavesThePage(refusal: Refusal): boolean {
  return [Conflict, Gone, TooManyRequests, Unavailable].some(kind => refusal instanceof kind);
}

/** What is gone leaves the page, which is what its reader needs to know: perhaps another tab deleted it. */
function catchUp(reply: FastifyReply, refusal: Vanished): FastifyReply {
  const said = refusal instanceof Deleted ? notice(refusal) : '';
  return sendTurboStream(reply.code(refusal.status), `${turboStream({ action: 'catch_up' })}${said}`);
}

function notice({ status, message }: Refusal): string {
  const html = renderPartial('messages/notice', { status, message });
  return turboStream({ action: 'update', target: 'notice', html });
}

function showError(reply: FastifyReply, status: number, sentence: string) {
  return reply.code(status).view('errors/show', { status, sentence });
}

/** What the sender can mend; Fastify's own findings get a sentence of ours. */
function asRefusal(error: FastifyError): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (error.validationContext === 'params' || error.validationContext === 'querystring') {
    return new NotFound('There is no such page.');
  }
  if (error.validation) return new Invalid('This form could not be read.');
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new TooLarge('This is more than the server takes at once.');
  }
  const status = error.statusCode ?? 500;
  return status < 500 ? new BadRequest('This request could not be read.') : undefined;
}

class TooLarge extends Refusal {
  override readonly status = 413;
}

class BadRequest extends Refusal {
  override readonly status = 400;
}
