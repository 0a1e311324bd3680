import type { FastifyReply, FastifyRequest } from 'fastify';
import { TURBO_STREAM_TYPE } from './turbo-stream.ts';

/** Whether the sender carries out turbo-streams: only who says so literally does, never who takes anything. */
export function wantsTurboStream(request: FastifyRequest): boolean {
  return request.headers.accept?.includes(TURBO_STREAM_TYPE) ?? false;
}

export function sendTurboStream(reply: FastifyReply, html: string): FastifyReply {
  return reply.type(`${TURBO_STREAM_TYPE}; charset=utf-8`).send(html);
}
