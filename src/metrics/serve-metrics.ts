import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { FastifyBaseLogger } from 'fastify';
import { ConfigError } from '../settings.ts';

interface Options {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** What whoever asks has to bring, if anything. */
  readonly token: string | undefined;
  readonly log: FastifyBaseLogger;
}

interface MetricsServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Answers `GET /metrics`, and nothing else, on a port of its own, so that the public one never does.
 * @throws ConfigError when the port cannot be had
 */
export async function serveMetrics(
  { host, port, token, log }: Options,
  contentType: string,
  read: () => Promise<string>,
): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    response.on('error', () => {}); // whoever asked has left
    if (!isAllowed(request, token)) return refuse(response);
    if (request.method !== 'GET' || pathOf(request) !== '/metrics') return end(response, 404, 'not found\n');
    response.setHeader('content-type', contentType);
    read().then(
      text => end(response, 200, text),
      error => {
        log.error(error, 'The figures could not be read.');
        end(response, 500, 'The figures could not be read.\n');
      },
    );
  });
  await once(server.listen(port, host), 'listening').catch(error => {
    throw portError(error);
  });

  return {
    url: `${urlOf(server.address(), host)}/metrics`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '';
}

function isAllowed({ headers }: IncomingMessage, token: string | undefined): boolean {
  if (token === undefined) return true;
  const [, brought = ''] = /^Bearer +(.*)$/i.exec(headers.authorization ?? '') ?? [];
  return timingSafeEqual(digest(brought), digest(token));
}

/** Of one length, whatever was brought, so that the time to compare tells nothing. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function refuse(response: ServerResponse): void {
  response.setHeader('www-authenticate', 'Bearer');
  end(response, 401, 'METRICS_TOKEN is needed, as a bearer token\n');
}

function end(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.end(text);
}

function urlOf(address: ReturnType<ReturnType<typeof createServer>['address']>, host: string): string {
  const port = typeof address === 'object' ? address?.port : undefined;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Whoever starts the program is told which variable to change; what is wrong with the host, the web process says itself. */
function portError(error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error)) return error;
  if (error.code === 'EADDRINUSE' || error.code === 'EACCES')
    return new ConfigError(`METRICS_PORT: ${error.message}. Set another; each process needs its own.`);
  return error;
}
