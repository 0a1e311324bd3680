import { nameConversation } from '../src/chat/name-conversation.ts';
import { writeReply } from '../src/chat/write-reply.ts';
import type { Dependencies } from '../src/dependencies.ts';
import { type Handlers, type Jobs, jobId } from './queue.ts';

/** What runs the jobs of this program. Each line of their logs says of which job it is. */
export function jobHandlers(deps: Dependencies): Handlers {
  function of<Name extends keyof Jobs>(name: Name, payload: Jobs[Name]): Dependencies {
    return { ...deps, log: deps.log.child({ jobId: jobId(name, payload) }) };
  }

  return {
    'write-reply': (attempt, shutdown, waitedMs) =>
      writeReply(of('write-reply', attempt), attempt, shutdown, Math.round(waitedMs)),
    'name-conversation': (naming, shutdown) =>
      nameConversation(of('name-conversation', naming), naming, shutdown),
  };
}
