import type { Figure } from './figures.ts';
import type { Lifetime } from './lifetime.ts';
import type { Stack } from './stack.ts';

/** One way to put load on the program, which is measured in one mode and in the other. */
export interface Trial {
  readonly title: string;
  /** About how long it takes. */
  readonly seconds: number;
  /** @throws when something was lost or out of order; never for a figure */
  run(t: Lifetime, stack: Stack): Promise<readonly Figure[]>;
}
