import type { TestContext } from 'node:test';
import { conversationStream } from '../../src/chat/broadcasts.ts';
import { signStreamName } from '../../src/turbo/signed-stream-name.ts';
import { CableClient, identifierOf } from '../support/cable-client.ts';
import { startConversation } from '../support/conversation.ts';
import { startRedis } from '../support/redis.ts';

/**
 * A conversation whose first question waits for the model, and its owner on the cable.
 * @param compresses whether what the owner hears may be compressed
 */
export async function startFollowing(
  t: TestContext,
  environment?: Readonly<Record<string, string>>,
  compresses?: boolean,
) {
  const context = await startConversation(t, environment);
  const { deps, url, visitor, path, upstream } = context;
  const stream = conversationStream(path.split('/').at(-1) ?? '');
  const signed = signStreamName(deps.secretKey, stream);
  return {
    ...context,
    call: await upstream.nextCall(),
    /** The name of the conversation's stream. */
    stream,
    signed,
    identifier: identifierOf(signed),
    client: await CableClient.connect(t, url, { cookie: visitor.cookie }, '', compresses),
  };
}

/** The same with broadcasts that go through a Redis, which ends after the program. */
export async function startFollowingThroughRedis(t: TestContext) {
  const redis = await startRedis(t);
  return { ...(await startFollowing(t, { REDIS_URL: redis.url })), redis };
}
