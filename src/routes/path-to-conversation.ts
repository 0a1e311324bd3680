import type { FastifyRequest } from 'fastify';
import type { Dependencies } from '../dependencies.ts';
import { findOpenReply } from '../models/message.ts';
import { wantsTurboStream } from '../turbo/negotiation.ts';

/**
 * Where a post leads: to the conversation, in it to the message that the post was about, and a plain browser, while a
 * reply is open, to the document in which it grows. Turbo would wait for that one's end.
 */
export async function pathToConversation(
  { db }: Pick<Dependencies, 'db'>,
  request: FastifyRequest,
  id: string,
  messageId?: string,
): Promise<string> {
  const isLive = !wantsTurboStream(request) && (await findOpenReply(db, id));
  if (isLive) return livePath(id);
  return messageId ? `/messages/${messageId}` : `/conversations/${id}`;
}

export function livePath(conversationId: string): string {
  return `/conversations/${conversationId}?live=1`;
}
