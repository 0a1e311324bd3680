import { nameConversation } from '../src/chat/name-conversation.ts';
import { writeReply } from '../src/chat/write-reply.ts';
import type { Dependencies } from '../src/dependencies.ts';
import type { Handlers } from './queue.ts';

/** What runs the jobs of this program. */
export function jobHandlers(deps: Dependencies): Handlers {
  return {
    'write-reply': (attempt, shutdown) => writeReply(deps, attempt, shutdown),
    'name-conversation': (naming, shutdown) => nameConversation(deps, naming, shutdown),
  };
}
