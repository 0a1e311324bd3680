import { sql } from 'kysely';
import type { AnyTables } from '../engine.ts';

/**
 * Makes the index. Words are told apart as on SQLite: runs of letters and digits, whatever their case and accents.
 * There is nothing yet that it would have to take in.
 */
export async function createIndex(db: AnyTables): Promise<void> {
  for (const statement of [...TABLE, ...WORDS, ...QUERIES, ...MESSAGES, ...CONVERSATIONS])
    await sql.raw(statement).execute(db);
}

const TABLE = [
  `CREATE TABLE search_entries (thing_id text PRIMARY KEY, words tsvector NOT NULL)`,
  `CREATE INDEX search_index ON search_entries USING gin (words)`,
];

/**
 * A tsvector holds 1 MB: https://www.postgresql.org/docs/current/textsearch-limitations.html. With all its words
 * different and of letters of 3 bytes a text of so many characters still fits.
 */
const LONGEST_TEXT = 200_000;

const WORDS = [
  // Accents are marks of their own once a text is decomposed. PostgreSQL's parser would know addresses and numbers.
  `CREATE FUNCTION search_text(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT regexp_replace(
      lower(normalize(regexp_replace(normalize($1, NFD), '[\\u0300-\\u036F]', '', 'g'), NFC)),
      '[^[:alnum:]]+', ' ', 'g') $$`,
  `CREATE FUNCTION search_owner(kind text, user_id text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT kind || ' of ' || user_id $$`,
  `CREATE FUNCTION search_words(kind text, user_id text, content text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_to_tsvector(ARRAY[search_owner(kind, user_id)])
      || to_tsvector('simple', search_text(left(content, ${LONGEST_TEXT}))) $$`,
];

const QUERIES = [
  `CREATE FUNCTION search_owner_query(kind text, user_id text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT quote_literal(search_owner(kind, user_id))::tsquery $$`,
  // What has no words by the database's own rules is in no text.
  `CREATE FUNCTION search_term_query(words text, is_prefix boolean) RETURNS tsquery
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN numnode(phrase) = 0 THEN quote_literal(words)::tsquery
      WHEN is_prefix THEN (phrase::text || ':*')::tsquery ELSE phrase END
    FROM phraseto_tsquery('simple', search_text(words)) AS phrase $$`,
];

const CLOSED = `status NOT IN ('pending', 'streaming')`;

const MESSAGES = [
  `CREATE FUNCTION search_take_message() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    DELETE FROM search_entries WHERE thing_id = NEW.id;
    INSERT INTO search_entries
      SELECT NEW.id, search_words('messages', user_id, NEW.content) FROM conversations
      WHERE id = NEW.conversation_id AND NEW.${CLOSED} AND NEW.content <> '';
    RETURN NULL;
  END $$`,
  `CREATE TRIGGER search_message_inserted AFTER INSERT ON messages
    FOR EACH ROW WHEN (NEW.${CLOSED}) EXECUTE FUNCTION search_take_message()`,
  `CREATE TRIGGER search_message_changed AFTER UPDATE OF status, content ON messages
    FOR EACH ROW WHEN (OLD.${CLOSED} OR NEW.${CLOSED}) EXECUTE FUNCTION search_take_message()`,
];

const CONVERSATIONS = [
  `CREATE FUNCTION search_take_title() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    DELETE FROM search_entries WHERE thing_id = NEW.id;
    INSERT INTO search_entries VALUES (NEW.id, search_words('titles', NEW.user_id, NEW.title));
    RETURN NULL;
  END $$`,
  `CREATE TRIGGER search_conversation_inserted AFTER INSERT ON conversations
    FOR EACH ROW EXECUTE FUNCTION search_take_title()`,
  `CREATE TRIGGER search_title_changed AFTER UPDATE OF title ON conversations
    FOR EACH ROW EXECUTE FUNCTION search_take_title()`,
  `CREATE FUNCTION search_drop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    DELETE FROM search_entries WHERE thing_id = OLD.id;
    RETURN NULL;
  END $$`,
  `CREATE TRIGGER search_message_gone AFTER DELETE ON messages FOR EACH ROW EXECUTE FUNCTION search_drop()`,
  `CREATE TRIGGER search_conversation_gone AFTER DELETE ON conversations
    FOR EACH ROW EXECUTE FUNCTION search_drop()`,
];
