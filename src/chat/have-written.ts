import type { Dependencies } from '../dependencies.ts';
import type { Attempt } from '../models/attempt.ts';

interface Wanted extends Attempt {
  readonly conversationId: string;
  /** What the person did. */
  readonly by: 'question' | 'revision' | 'regeneration' | 'continuation';
}

/** Has a reply that waits for it written, by whoever runs jobs. The log joins the request to the job. */
export async function haveWritten(
  { queue, log }: Pick<Dependencies, 'queue' | 'log'>,
  { messageId, attempt, conversationId, by }: Wanted,
): Promise<void> {
  log.info({ conversationId, messageId, attempt, by }, 'Reply asked for.');
  await queue.add('write-reply', { messageId, attempt });
}
