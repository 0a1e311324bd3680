import type { FastifyInstance } from 'fastify';
import { exportAll } from '../chat/export-all.ts';
import { exportAsJson } from '../chat/export-json.ts';
import { exportAsMarkdown } from '../chat/export-markdown.ts';
import { fileName } from '../chat/file-name.ts';
import type { Dependencies } from '../dependencies.ts';
import { attachment } from '../http/attachment.ts';
import { type IdParams, idParams } from '../http/schemas.ts';
import { userOf } from '../http/sessions.ts';
import { readWholeConversation, type WholeConversation } from '../models/whole-conversation.ts';

const FORMATS = [
  { extension: 'md', type: 'text/markdown; charset=utf-8', format: exportAsMarkdown },
  { extension: 'json', type: 'application/json; charset=utf-8', format: exportAsJson },
];

/** Conversations as files to keep: one as Markdown or JSON, or all of them in a zip. */
export function exportRoutes(app: FastifyInstance, { db }: Pick<Dependencies, 'db'>): void {
  for (const { extension, type, format } of FORMATS) {
    app.get<{ Params: IdParams }>(
      `/conversations/:id/export.${extension}`,
      { schema: { params: idParams } },
      async (request, reply) => {
        const whose = { userId: userOf(request).id, id: request.params.id };
        const whole: WholeConversation = await readWholeConversation(db, whose);
        const name = `${fileName(whole.conversation.title)}.${extension}`;
        return reply.type(type).header('content-disposition', attachment(name)).send(format(whole));
      },
    );
  }

  app.get('/export.zip', async (request, reply) => {
    const day = new Date().toISOString().slice(0, 10);
    return reply
      .type('application/zip')
      .header('content-disposition', attachment(`Parley ${day}.zip`))
      .send(await exportAll(db, userOf(request).id));
  });
}
