import { UpstreamFault } from './faults.ts';
import { spokenTime } from './retry-after.ts';
import type { Upstream } from './upstream.ts';

/** What asking a model has shown: that it answers, or why it does not. */
export type ModelCheck =
  | {
      readonly isReady: true;
      readonly model: string;
      /** How long it took until the model began. */
      readonly ms: number;
      /** What else may be asked for, by its id. */
      readonly models: readonly string[];
    }
  | { readonly isReady: false; readonly sentence: string };

/** A model that has to be loaded first takes its time; whoever waits for it looks at a button. */
const PATIENCE_MS = 30_000;
const GREETING = [{ role: 'user', content: 'Say hello.' }] as const;

/**
 * Asks for a reply and leaves at its first word: that alone proves address, key and model, and costs next to nothing.
 * Asks once, so that what is wrong just now is seen.
 */
export async function checkUpstream(upstream: Upstream): Promise<ModelCheck> {
  const begun = performance.now();
  try {
    await hasBegun(upstream);
  } catch (error) {
    if (!(error instanceof UpstreamFault)) throw error;
    return { isReady: false, sentence: error.sentence };
  }
  const ms = Math.round(performance.now() - begun);
  const models = (await upstream.models()).map(({ id }) => id);
  return { isReady: true, model: upstream.modelName, ms, models };
}

/** @throws UpstreamFault */
async function hasBegun(upstream: Upstream): Promise<void> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  for await (const _ of upstream.reply({ messages: GREETING }, patience)) return;
  throw new UpstreamFault('silent', spokenTime(PATIENCE_MS));
}
