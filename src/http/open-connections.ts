import type { FastifyInstance, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What this route answers stays open for long: its user can see what has been sent on it, and cut it; no other site may ask for it. */
    staysOpen?: true;
    /** So can they with this one's answer, although it does not. */
    isCounted?: true;
  }
}

/** What has been sent on a connection since it was asked for, compressed as it was, with its headers. */
export interface Sent {
  readonly id: number;
  readonly route: string;
  readonly bytes: number;
}

/** The connections that are counted. Those of other web processes are not seen from this one. */
export interface OpenConnections {
  /** Those of one tab of a user; also those that have closed a moment ago. */
  sentTo(userId: string, tab: string): Sent[];
  /** Ends those of one tab of a user without a word. */
  cut(userId: string, tab: string): void;
}

interface Connection {
  readonly userId: string;
  readonly tab: unknown;
  readonly sent: () => Sent;
  readonly cut: () => void;
}

/** So long whoever counts has time to ask for the last bytes of a connection that has closed. */
const REMEMBERED_MS = 10_000;

/** Remembers who has which connections open, of the routes whose answers are counted. */
export function watchConnections(app: FastifyInstance): OpenConnections {
  const connections = new Map<number, Connection>();
  let lastId = 0;

  app.addHook('preHandler', async (request, reply) => {
    const { routeOptions, user, socket } = request;
    const { url: route = '', config } = routeOptions;
    if (!(config.staysOpen || config.isCounted) || !user) return;
    const id = ++lastId;
    const before = socket.bytesWritten;
    const of = { userId: user.id, tab: tabOf(request) };
    const sent = () => ({ id, route, bytes: socket.bytesWritten - before });
    connections.set(id, { ...of, sent, cut: () => socket.destroy() });
    reply.raw.once('close', () => {
      const last = sent();
      connections.set(id, { ...of, sent: () => last, cut: () => {} });
      setTimeout(() => connections.delete(id), REMEMBERED_MS).unref();
    });
  });

  function ofTab(userId: string, tab: string): Connection[] {
    return [...connections.values()].filter(each => each.userId === userId && each.tab === tab);
  }

  return {
    sentTo: (userId, tab) => ofTab(userId, tab).map(({ sent }) => sent()),

    cut(userId, tab) {
      for (const connection of ofTab(userId, tab)) connection.cut();
    },
  };
}

/** Where the tab names itself: in the address, or in the form. */
function tabOf({ query, body }: FastifyRequest): unknown {
  const { tab = (body as Named | undefined)?.tab } = query as Named;
  return tab;
}

interface Named {
  readonly tab?: unknown;
}
