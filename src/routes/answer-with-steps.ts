import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Announced } from '../chat/broadcasts.ts';
import type { Dependencies } from '../dependencies.ts';
import { sendTurboStream, wantsTurboStream } from '../turbo/negotiation.ts';
import { turboStream } from '../turbo/turbo-stream.ts';
import { pathToConversation } from './path-to-conversation.ts';

/**
 * Answers a form with the very steps that every page gets, or sends a plain browser back to the conversation.
 * Where nothing changed, the page that asked may be behind, and is told to catch up.
 * @param more draws what only this page gets
 */
export async function answerWithSteps(
  deps: Pick<Dependencies, 'db'>,
  request: FastifyRequest,
  reply: FastifyReply,
  { conversationId, messageId, steps }: Announced,
  more: () => Promise<string> = async () => '',
): Promise<FastifyReply> {
  if (!wantsTurboStream(request))
    return reply.redirect(await pathToConversation(deps, request, conversationId, messageId), 303);
  return sendTurboStream(reply, `${steps ?? turboStream({ action: 'catch_up' })}${await more()}`);
}
