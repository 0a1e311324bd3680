import formbody from '@fastify/formbody';
import view from '@fastify/view';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Assets } from './assets.ts';
import type { Config } from './config.ts';
import type { Dependencies } from './dependencies.ts';
import { appearance } from './http/appearance.ts';
import { askLimit } from './http/ask-limit.ts';
import { refuseUnreadable } from './http/client-errors.ts';
import { refuseCrossSite } from './http/cross-site.ts';
import { errorPages } from './http/error-pages.ts';
import { watchConnections } from './http/open-connections.ts';
import { requestIds, showRequestIds } from './http/request-ids.ts';
import { securityHeaders } from './http/security-headers.ts';
import { sessions } from './http/sessions.ts';
import { finishRequests } from './http/unfinished-requests.ts';
import { validators } from './http/validators.ts';
import { assetRoutes } from './routes/assets.ts';
import { botRoutes } from './routes/bots.ts';
import { cableRoutes } from './routes/cable.ts';
import { cableEventRoutes } from './routes/cable-events.ts';
import { comparisonRoutes } from './routes/comparisons.ts';
import { conversationRoutes } from './routes/conversations.ts';
import { deletionRoutes } from './routes/deletions.ts';
import { earlierMessageRoutes } from './routes/earlier-messages.ts';
import { eventChatRoutes } from './routes/event-chat-page.ts';
import { eventStreamRoutes } from './routes/event-streams.ts';
import { exportRoutes } from './routes/exports.ts';
import { messageRoutes } from './routes/messages.ts';
import { ownConnectionRoutes } from './routes/own-connections.ts';
import { regenerationRoutes } from './routes/regenerations.ts';
import { replyRoutes } from './routes/replies.ts';
import { revisionRoutes } from './routes/revisions.ts';
import { searchRoutes } from './routes/search.ts';
import { settingsRoutes } from './routes/settings.ts';
import { shelfRoutes } from './routes/shelves.ts';
import { titleRoutes } from './routes/titles.ts';
import { undoOffers } from './routes/undo-offers.ts';
import { upRoutes } from './routes/up.ts';
import { upstreamRoutes } from './routes/upstream.ts';
import { VIEWS, views } from './views.ts';

declare module 'fastify' {
  interface FastifyReply {
    /** What every template of this answer may use, beside its own data. */
    locals?: object;
  }
}

/** So large that a question far too long still comes back with a sentence: 32,000 characters may take 288,000 bytes. */
const BODY_LIMIT_BYTES = 2 * 1024 * 1024;
/** More than any address may have, so that one that is too long is answered in words, by its route. */
const LONGEST_HEAD_BYTES = 32 * 1024;
/** Stands for addresses that cannot be read: Fastify would answer them past all hooks. */
const NO_PAGE = '/404';
/** A request that takes longer to arrive is given up, so that it cannot hold up the end of the process. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Builds the web application. It does not listen yet. */
export async function buildApp(
  deps: Dependencies,
  assets: Assets,
  config: Pick<Config, 'asksPerMinute' | 'trustProxy' | 'shutdownGraceSeconds'>,
): Promise<FastifyInstance> {
  const app: FastifyInstance = Fastify({
    loggerInstance: quieter(deps.log),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: trustedHops(config.trustProxy),
    genReqId: requestIds(config),
    childLoggerFactory: (_, bindings, options) => deps.log.child(bindings, options),
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: LONGEST_HEAD_BYTES },
    http: { maxHeaderSize: LONGEST_HEAD_BYTES },
    clientErrorHandler: refuseUnreadable,
    rewriteUrl: ({ url = '/' }) => (isDecodable(url) ? url : NO_PAGE),
  });

  app.setValidatorCompiler(validators);
  finishRequests(app);
  await cableRoutes(app, deps); // first: the sockets that a later hook refuses are closed by the plugin's own hooks
  showRequestIds(app);
  errorPages(app);
  await securityHeaders(app);
  await pages(app, assets);
  refuseCrossSite(app);
  await app.register(formbody, { bodyLimit: BODY_LIMIT_BYTES });
  await sessions(app, deps);
  appearance(app);
  await askLimit(app, deps, config);
  const connections = watchConnections(app);

  assetRoutes(app, assets);
  upRoutes(app, deps);
  undoOffers(app, deps);
  deletionRoutes(app, deps);
  conversationRoutes(app, deps, config.shutdownGraceSeconds);
  shelfRoutes(app, deps);
  exportRoutes(app, deps);
  earlierMessageRoutes(app, deps);
  messageRoutes(app, deps);
  replyRoutes(app, deps);
  regenerationRoutes(app, deps);
  revisionRoutes(app, deps);
  titleRoutes(app, deps);
  botRoutes(app, deps);
  searchRoutes(app, deps);
  settingsRoutes(app, deps);
  upstreamRoutes(app, deps);
  cableEventRoutes(app, deps);
  await eventStreamRoutes(app, deps);
  eventChatRoutes(app, deps);
  comparisonRoutes(app, deps);
  ownConnectionRoutes(app, connections);
  return app;
}

/** What Fastify itself says at `info` is where it listens, which the program says. Requests say more. */
function quieter(log: FastifyBaseLogger): FastifyBaseLogger {
  return log.child({}, { level: log.level === 'info' ? 'warn' : log.level });
}

function isDecodable(url: string): boolean {
  try {
    return decodeURI(url) !== '';
  } catch {
    return false;
  }
}

/** Fastify takes the number of proxies in front as a function. */
function trustedHops(trustProxy: Config['trustProxy']) {
  return typeof trustProxy === 'number' ? (_address: string, hop: number) => hop < trustProxy : trustProxy;
}

/**
 * Lets routes answer with `reply.view`. The same address has other answers for other people and for Turbo, and a page
 * that a browser kept would ask with the id of a form that was sent.
 */
async function pages(app: FastifyInstance, assets: Assets): Promise<void> {
  await app.register(view, {
    engine: { eta: views },
    root: VIEWS,
    viewExt: 'eta',
    production: true,
    defaultContext: { asset: assets.path },
  });
  app.addHook('onRequest', async (_request, reply) => {
    reply.locals = { styleNonce: reply.styleNonce };
    reply.headers({ vary: 'Accept, Cookie', 'cache-control': 'private, no-store' });
  });
}
