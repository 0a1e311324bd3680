import { createHash } from 'node:crypto';

/** A seed for a part of the run, so that what one part draws does not depend on how often others did. */
export function seedFrom(...parts: readonly (string | number)[]): number {
  return createHash('sha256').update(parts.join('\n')).digest().readInt32LE();
}
