import cookie from '@fastify/cookie';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Dependencies } from '../dependencies.ts';
import { Forbidden } from '../errors.ts';
import { findSessionUser, startSession } from '../models/session.ts';
import { createGuest } from '../models/user.ts';
import type { User } from '../schema.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose session this is; `undefined` only where a route makes no guests. */
    user: User | undefined;
    /** Whether the user was made for this very request. */
    isNewGuest: boolean;
  }

  interface FastifyContextConfig {
    /** `existing`: a visitor without a session stays without; `none`: nobody looks. Otherwise a guest is made. */
    session?: 'existing' | 'none';
  }
}

const COOKIE = 'parley_session';
/** The longest that browsers keep a cookie. */
const COOKIE_MAX_AGE_S = 400 * 24 * 60 * 60;

/** Finds out who asks, and makes a guest of a visitor who has no session yet. */
export async function sessions(
  app: FastifyInstance,
  { db, secretKey }: Pick<Dependencies, 'db' | 'secretKey'>,
): Promise<void> {
  await app.register(cookie, { secret: secretKey });
  app.decorateRequest('user', undefined);
  app.decorateRequest('isNewGuest', false);

  app.addHook('onRequest', async (request, reply) => {
    const { session } = request.routeOptions.config;
    if (session === 'none') return;
    request.user = await currentUser(request);
    if (!request.user && session !== 'existing' && !request.is404)
      request.user = await startGuest(request, reply);
  });

  async function currentUser(request: FastifyRequest): Promise<User | undefined> {
    const { valid, value } = request.unsignCookie(request.cookies[COOKIE] ?? '');
    return valid ? await findSessionUser(db, value) : undefined;
  }

  async function startGuest(request: FastifyRequest, reply: FastifyReply): Promise<User> {
    const guest = await createGuest(db);
    request.isNewGuest = true;
    // Not by `setCookie`, which waits for a hook that event streams do not come to.
    reply.header(
      'set-cookie',
      app.serializeCookie(COOKIE, app.signCookie(await startSession(db, guest)), {
        path: '/',
        httpOnly: true,
        sameSite: 'lax',
        secure: request.protocol === 'https',
        maxAge: COOKIE_MAX_AGE_S,
      }),
    );
    return guest;
  }
}

/** The user of a route that has one. @throws Forbidden */
export function userOf(request: FastifyRequest): User {
  if (!request.user) throw new Forbidden('Open a page first: it starts a session.');
  return request.user;
}
