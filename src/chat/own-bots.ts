import { setImmediate as othersTurn } from 'node:timers/promises';
import { type Database, purge } from '../database.ts';
import type { Dependencies } from '../dependencies.ts';
import { type BotFields, countOwnBots, findOwnBot, insertBot, updateBot } from '../models/bot.ts';
import { countUpReplies } from '../models/bot-replies.ts';
import { forgetDeletedBots as forget, markBotDeleted } from '../models/deleted-bot.ts';
import { inTurn } from '../models/transactions.ts';
import type { Bot } from '../schema.ts';
import { type BotForm, InvalidBot, readBotForm } from './bot-form.ts';
import { askToCatchUp } from './list-broadcasts.ts';

type Deps = Pick<Dependencies, 'db'>;

/** More than anybody finds again in a list. */
const MOST_BOTS = 100;

/** Makes a bot for the person. @returns its id @throws InvalidBot */
export async function createBot({ db }: Deps, userId: string, form: BotForm): Promise<string> {
  const fields = readBotForm(form);
  return await inTurn(db, { userId }, async trx => {
    if ((await countOwnBots(trx, userId)) >= MOST_BOTS)
      throw new InvalidBot({ name: `You have ${MOST_BOTS} bots, which is the most. Delete one first.` });
    return await insertBot(trx, userId, fields);
  });
}

/** Changes a bot of the person's, also in what it said before, on every page. @throws NotFound, InvalidBot */
export async function changeBot(
  deps: Pick<Dependencies, 'db' | 'broadcaster'>,
  userId: string,
  id: string,
  form: BotForm,
): Promise<void> {
  const fields = readBotForm(form);
  const before = await inTurn(deps.db, { userId }, async trx => {
    const bot = await findOwnBot(trx, userId, id);
    await updateBot(trx, id, fields);
    return bot;
  });
  if (!looksOther(before, fields)) return;
  await countUpAllReplies(deps.db, userId, id);
  await askToCatchUp(deps, userId);
}

/** Takes a bot of the person's away. Whoever has asked it by then gets a reply as it would have given it. @throws NotFound */
export async function deleteBot({ db }: Deps, userId: string, id: string): Promise<void> {
  await inTurn(db, { userId }, async trx => {
    await findOwnBot(trx, userId, id);
    await markBotDeleted(trx, id);
  });
  await forgetDeletedBots({ db });
}

/** Takes what nobody needs of bots that were deleted out of the files. Safe to run twice. */
export async function forgetDeletedBots({ db }: Deps): Promise<void> {
  if (await forget(db)) await purge(db);
}

function looksOther(before: Bot, after: BotFields): boolean {
  return (['name', 'emoji', 'colour'] as const).some(field => before[field] !== after[field]);
}

/** A bot may have said so much that others would wait for long. */
async function countUpAllReplies(db: Database, userId: string, botId: string): Promise<void> {
  let last: string | undefined = '';
  while (last !== undefined) {
    const after: string = last;
    last = await inTurn(db, { userId }, trx => countUpReplies(trx, botId, after));
    await othersTurn();
  }
}
