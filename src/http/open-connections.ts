import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What this route answers stays open for long: its user can see what has been sent on it, and cut it. */
    staysOpen?: true;
  }
}

/** What has been sent on a connection since it was asked for, compressed as it was, with its headers. */
export interface Sent {
  readonly id: number;
  readonly route: string;
  readonly bytes: number;
}

/** The connections of this process that stay open. */
export interface OpenConnections {
  /** Those of a user, and of one tab where they name one; also those that have closed a moment ago. */
  sentTo(userId: string, tab: string): Sent[];
  /** Ends all of a user's connections without a word. */
  cut(userId: string): void;
}

interface Connection {
  readonly userId: string;
  readonly tab: unknown;
  readonly sent: () => Sent;
  readonly cut: () => void;
}

/** So long whoever counts has time to ask for the last bytes of a connection that has closed. */
const REMEMBERED_MS = 10_000;

/** Remembers who has which connections open, of the routes that say that they stay open. */
export function watchConnections(app: FastifyInstance): OpenConnections {
  const connections = new Map<number, Connection>();
  let lastId = 0;

  app.addHook('onRequest', async ({ routeOptions, user, socket, query }, reply) => {
    const { url: route = '' } = routeOptions;
    if (!routeOptions.config.staysOpen || !user) return;
    const id = ++lastId;
    const before = socket.bytesWritten;
    const { tab } = query as { readonly tab?: unknown };
    const of = { userId: user.id, tab };
    const sent = () => ({ id, route, bytes: socket.bytesWritten - before });
    connections.set(id, { ...of, sent, cut: () => socket.destroy() });
    reply.raw.once('close', () => {
      const last = sent();
      connections.set(id, { ...of, sent: () => last, cut: () => {} });
      setTimeout(() => connections.delete(id), REMEMBERED_MS).unref();
    });
  });

  return {
    sentTo(userId, tab) {
      const own = [...connections.values()].filter(each => each.userId === userId);
      return own.filter(each => each.tab === undefined || each.tab === tab).map(({ sent }) => sent());
    },

    cut(userId) {
      for (const connection of connections.values()) if (connection.userId === userId) connection.cut();
    },
  };
}
