import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyReply {
    /** Lets the style through that Turbo makes for its progress bar. */
    styleNonce: string;
  }
}

const NONCE_BYTES = 16;

/** Tells browsers to run nothing but our own scripts, and to load nothing from elsewhere. */
export async function securityHeaders(app: FastifyInstance): Promise<void> {
  const nonces = new WeakMap<IncomingMessage | ServerResponse, string>();
  app.decorateReply('styleNonce', '');
  app.addHook('onRequest', async (_request, reply) => {
    reply.styleNonce = randomBytes(NONCE_BYTES).toString('base64');
    nonces.set(reply.raw, reply.styleNonce);
  });

  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", (_request, response) => `'nonce-${nonces.get(response)}'`],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    // Plain HTTP is fine in a home network: no upgrade, and HSTS only where TLS is.
    strictTransportSecurity: false,
    // With `no-referrer` a form's post would say `Origin: null`.
    referrerPolicy: { policy: 'same-origin' },
  });

  app.addHook('onRequest', async (request, reply) => {
    if (request.protocol === 'https') reply.header('strict-transport-security', 'max-age=31536000');
  });
}
