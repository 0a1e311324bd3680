import type { FastifyInstance } from 'fastify';
import type { Dependencies } from '../dependencies.ts';
import { isId } from '../http/schemas.ts';
import { lookUpArchived, lookUpDeleted } from '../models/shelving.ts';
import { turboStream } from '../turbo/turbo-stream.ts';
import { renderPartial } from '../views.ts';

/** What can be taken back, as addresses call it: there it says so once. */
type Deed = 'deleted' | 'archived';

const LOOK_UP = { deleted: lookUpDeleted, archived: lookUpArchived };

/** Lets every page say what was done on the page before, where its address names it, and offer to take it back. */
export function undoOffers(app: FastifyInstance, { db }: Pick<Dependencies, 'db'>): void {
  app.addHook<{ Querystring: { readonly [deed in Deed]?: unknown } }>(
    'preHandler',
    async ({ user, query }, reply) => {
      const deed = query?.deleted === undefined ? 'archived' : 'deleted';
      const id = query?.[deed];
      if (!user || typeof id !== 'string' || !isId(id)) return;
      const found = await LOOK_UP[deed](db, user.id, id);
      const undoable = { ...found, deed, leadsBack: deed === 'deleted' };
      if (found) reply.locals = { ...reply.locals, undoable };
    },
  );
}

/** A page's address that offers it. */
export function offering(page: string, deed: Deed, id: string): string {
  return `${page}${page.includes('?') ? '&' : '?'}${deed}=${id}`;
}

/** Offers it on the page that is there. */
export function offerStream(
  deed: Deed,
  conversation: { readonly id: string; readonly title: string },
): string {
  return undoStream(renderPartial('conversations/undo', { undoable: { ...conversation, deed } }));
}

/** Says something in the place of the offers. */
export function undoStream(html: string): string {
  return turboStream({ action: 'update', target: 'undo', html });
}

/** Takes back what was offered for just this conversation. */
export function withdrawStream(id: string): string {
  return turboStream({ action: 'remove', targets: `[data-restores="conversation_${id}"]` });
}
