/** How a step of a versioned thing leads on: `from` a version (`undefined`: from any older one) to `version`. */
export interface Step {
  readonly from: number | undefined;
  readonly version: number;
}

export type Verdict = 'carry out' | 'skip' | 'catch up';

/**
 * Whether a step fits onto what the page shows. `shown` is the version of the step's thing, `undefined` where the
 * page does not have it. A step that is known already is skipped, and one that leaves a gap needs a catch-up, so
 * a page never goes back in time and never shows half of a change as if it were the whole.
 */
export function verdict(step: Step, shown: number | undefined, targetIsThere: boolean): Verdict {
  if (shown === undefined) return 'catch up';
  const leadsNowhere = step.from === step.version; // such as more of a list as it is
  if (shown > step.version || (shown === step.version && !leadsNowhere)) return 'skip';
  const fits = step.from === undefined || step.from === shown;
  return fits && targetIsThere ? 'carry out' : 'catch up';
}
