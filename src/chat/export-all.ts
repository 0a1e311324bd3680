import { PassThrough, Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { Database } from '../database.ts';
import { NotFound } from '../errors.ts';
import {
  listWholeConversations,
  readWholeConversation,
  type WholeConversation,
} from '../models/whole-conversation.ts';
import { exportAsJson } from './export-json.ts';
import { exportAsMarkdown } from './export-markdown.ts';
import { fileName, namedApart } from './file-name.ts';

const FORMATS = { md: exportAsMarkdown, json: exportAsJson };

/**
 * All of the person's conversations as one zip, each as Markdown and as JSON. One conversation at a time is in memory: it
 * is read when its turn comes, which waits for whoever reads the zip.
 */
export async function exportAll(db: Database, userId: string): Promise<Readable> {
  const zip = new ZipFile();
  const file = zip.outputStream.pipe(new PassThrough());
  const conversations = await listWholeConversations(db, userId);
  const names = namedApart(conversations.map(({ title }) => fileName(title)));
  for (const [index, { id, updated_at }] of conversations.entries()) {
    for (const [extension, format] of Object.entries(FORMATS)) {
      const about = { mtime: new Date(updated_at) };
      zip.addReadStreamLazy(`${names[index]}.${extension}`, about, give => {
        const text = Readable.from(textOf(db, { userId, id }, format));
        give(
          undefined,
          text.once('error', error => file.destroy(error)),
        );
      });
    }
  }
  zip.end();
  return file;
}

/** Of a conversation that was deleted since the zip was begun nothing is left. */
async function* textOf(
  db: Database,
  whose: { readonly userId: string; readonly id: string },
  format: (whole: WholeConversation) => string,
): AsyncGenerator<string> {
  try {
    yield format(await readWholeConversation(db, whose));
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
  }
}
