import type { CompiledQuery } from 'kysely';

/** What a statement does; `other`: beginning and ending transactions, and what is written as SQL. */
export type StatementKind = 'select' | 'insert' | 'update' | 'delete' | 'other';

const KINDS: Readonly<Partial<Record<CompiledQuery['query']['kind'], StatementKind>>> = {
  SelectQueryNode: 'select',
  InsertQueryNode: 'insert',
  UpdateQueryNode: 'update',
  DeleteQueryNode: 'delete',
};

/** What kind of statement Kysely has made. */
export function kindOf({ query }: CompiledQuery): StatementKind {
  return KINDS[query.kind] ?? 'other';
}
