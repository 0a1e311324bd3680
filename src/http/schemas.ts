/** Ids in addresses and forms; anything else is nobody's. */
const id = {
  type: 'string',
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$',
} as const;

export const idParams = { type: 'object', required: ['id'], properties: { id } } as const;

/** A query of texts. */
export function textQuery(...names: readonly string[]) {
  return { type: 'object', properties: Object.fromEntries(names.map(name => [name, { type: 'string' }])) };
}

/** The forms that ask. What is missing gets a sentence of its own, or a sensible value. */
export const askBody = {
  type: 'object',
  properties: {
    bot: { type: 'string' },
    content: { type: 'string' },
    starter: { type: 'string' },
    id: { type: 'string' },
  },
} as const;

export const ratingBody = {
  type: ['object', 'null'],
  properties: { rating: { enum: ['up', 'down', 'none'] } },
} as const;

/** What is left out is as it was. */
export const regenerationBody = {
  type: ['object', 'null'],
  properties: { bot: { type: 'string' }, model: { type: 'string' } },
} as const;

export const titleBody = {
  type: ['object', 'null'],
  properties: { title: { type: 'string' } },
} as const;

/** Where a conversation is to be kept; what is not said is meant. */
export const shelvingBody = {
  type: ['object', 'null'],
  properties: { pinned: { enum: ['yes', 'no'] }, archived: { enum: ['yes', 'no'] } },
} as const;

export const restorationBody = {
  type: ['object', 'null'],
  properties: { show: { type: 'string' } },
} as const;

export interface IdParams {
  readonly id: string;
}

export type RatingBody = { readonly rating?: 'up' | 'down' | 'none' } | null;

export type RegenerationBody = { readonly bot?: string; readonly model?: string } | null;

export type ShelvingBody = { readonly pinned?: 'yes' | 'no'; readonly archived?: 'yes' | 'no' } | null;
/** `show`: the conversation is to be shown then. */
export type RestorationBody = { readonly show?: string } | null;
export type TitleBody = { readonly title?: string } | null;

export interface AskBody {
  readonly bot?: string;
  readonly content?: string;
  /** A question that was offered, which is asked in place of what the field holds. */
  readonly starter?: string;
  readonly id?: string;
}

const ID = new RegExp(id.pattern);

/** @returns whether it could be the id of something of ours */
export function isId(text: string): boolean {
  return ID.test(text);
}
