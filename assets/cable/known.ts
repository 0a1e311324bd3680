import { versionOf } from './lists.ts';
import { changedThing } from './targets.ts';

const START = /^((?: [\w-]+="[^"]*")*)>/;
const ATTRIBUTE = / ([\w-]+)="([^"]*)"/g;

/**
 * Whether the page shows already where all steps of a frame lead. Told by the frame's text: Turbo builds elements first,
 * which for what comes in a burst, after a freeze or beside an answer, would take a page seconds.
 */
export function isKnown(frame: string): boolean {
  const [, ...streams] = frame.split('<turbo-stream');
  return streams.length > 0 && streams.every(isStepKnown);
}

/** A marker tells even where there is nothing to do. */
function isStepKnown(stream: string): boolean {
  const [, attributes] = START.exec(stream) ?? [];
  if (attributes === undefined) return false;
  const read = new Map([...attributes.matchAll(ATTRIBUTE)].map(([, name, value = '']) => [name, value]));
  const [version, of] = [read.get('data-version'), read.get('data-of')];
  if (version === undefined || read.get('action') === 'caught_up') return false;
  const place = { target: read.get('target') ?? null, targets: read.get('targets') ?? null };
  const thing = changedThing({ dataset: { version, of }, ...place });
  const shown = thing === undefined ? undefined : versionOf(document.getElementById(thing));
  return shown !== undefined && shown >= Number(version);
}
