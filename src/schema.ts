import type { Generated, Selectable } from 'kysely';

/** The tables as the migrations leave them. Times are whole milliseconds since 1970, ids are UUIDv7 unless said otherwise. */
export interface Schema {
  users: UserTable;
  sessions: SessionTable;
  bots: BotTable;
  conversations: ConversationTable;
  messages: MessageTable;
}

interface UserTable {
  id: string;
  /** Counts up with whatever inserts, removes or reorders conversations of the person. */
  conversations_version: Generated<number>;
  theme: Generated<Theme>;
  text_size: Generated<TextSize>;
  /** Whether a letter or a sign by itself is a shortcut. */
  single_keys: Generated<Switch>;
  created_at: number;
}

export type Theme = 'system' | 'light' | 'dark';
export type TextSize = 'small' | 'normal' | 'large';
export type Switch = 'on' | 'off';

interface SessionTable {
  /** SHA-256 of the cookie's token, hex. */
  token_hash: string;
  user_id: string;
  created_at: number;
}

interface BotTable {
  /** What the public routes call `bot`, such as `PirateBot`. */
  id: string;
  name: string;
  tagline: string;
  instructions: string;
  /** Names one of the inks in `assets/styles/tokens.css`. */
  colour: string;
  position: number;
  /** Whose it is; `null` for the built-in ones, which everybody has. */
  user_id: Generated<string | null>;
  /** Its mark, in place of the name's first letter. */
  emoji: Generated<string | null>;
  /** Which of the upstream's models answers for it; `null`: the one that is set. */
  model: Generated<string | null>;
  temperature: Generated<number | null>;
  max_tokens: Generated<number | null>;
  /** What a conversation with it may begin with, one on each line. */
  starters: Generated<string>;
  /** A bot that is deleted still speaks in its past replies. */
  deleted_at: Generated<number | null>;
}

interface ConversationTable {
  id: string;
  user_id: string;
  title: string;
  /** The bot that answered last, and so the one that the composer offers. */
  bot_id: string;
  /** The last message of the path that is shown. */
  leaf_id: string | null;
  /** Counts up with whatever inserts, removes or reorders messages of the shown path. */
  list_version: Generated<number>;
  /** Counts up with each write that the list of conversations shows of this one. */
  version: Generated<number>;
  /** When a reply ended that nobody has seen yet; only whether there is one counts. */
  unread_since: Generated<number | null>;
  /** Those that are pinned stand above the others. */
  pinned_at: Generated<number | null>;
  /** Those that are archived are not in the list. */
  archived_at: Generated<number | null>;
  /** Gone for everybody, and soon for good; until then it can be taken back. */
  deleted_at: Generated<number | null>;
  /** The question that the title was made from; `null` when a person gave it. */
  titled_after: Generated<string | null>;
  /** The first message that the model was given when it last replied; `null`: it was given all of them. */
  memory_start_id: Generated<string | null>;
  created_at: number;
  /** The person's conversations are listed by it, the latest first. */
  updated_at: number;
}

/** Thumbs up, or down. */
export type Rating = 1 | -1;
export type Role = 'user' | 'assistant';
export type Status = 'pending' | 'streaming' | 'complete' | 'stopped' | 'interrupted' | 'failed';

interface MessageTable {
  id: string;
  conversation_id: string;
  parent_id: string | null;
  role: Role;
  /** Who speaks; `null` for a question. */
  bot_id: string | null;
  status: Status;
  content: string;
  reasoning: Generated<string>;
  /** Counts up with each write that a page can see. */
  version: Generated<number>;
  /** How much of `content` is in settled blocks, in UTF-16 code units. */
  settled_length: Generated<number>;
  /** A sentence for the page: why the reply failed, broke off or was cut short. */
  note: string | null;
  /** Counts up whenever the reply becomes pending; a job claims the attempt it was made for. */
  attempt: Generated<number>;
  /** How often a reply without text was taken over from a writer that died. */
  takeovers: Generated<number>;
  /** The one writer, and until when it may write, by the database's clock. */
  run_id: string | null;
  lease_until: number | null;
  model: string | null;
  /** The model that is to write it, in place of the bot's. */
  wanted_model: Generated<string | null>;
  /** What the person thinks of the reply. */
  rating: Generated<Rating | null>;
  prompt_tokens: number | null;
  completion_tokens: number | null;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
}

export type User = Selectable<UserTable>;
export type Bot = Selectable<BotTable>;
export type Conversation = Selectable<ConversationTable>;
export type MessageRow = Selectable<MessageTable>;
