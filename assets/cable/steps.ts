import { StreamActions, type StreamElement } from '@hotwired/turbo';
import type { CatchUpCause } from '../../src/cable/catch-up-causes.ts';
import { listOf, versionOf } from './lists.ts';
import { keepNewest } from './moves.ts';
import { changedThing, findTargets } from './targets.ts';
import { verdict } from './verdict.ts';

export interface StepListener {
  /** The page may lack something: anything, or something of this list. */
  wish(cause: CatchUpCause, list?: string): void;
  /** A step is for a thing that the page does not have. */
  wishForMissing(thing: string): void;
  /** The marker of a catch-up of this list was reached. */
  caughtUp(list: string, fits: boolean): void;
}

type Render = (stream: StreamElement) => Promise<void>;

/**
 * Checks every versioned `<turbo-stream>`, of the cable or of a form's answer, when it is carried out: Turbo waits
 * for a repaint, and a step that waits while its tab is hidden may run after later ones.
 */
export function checkSteps(listener: StepListener): void {
  StreamActions.catch_up = () => listener.wish('told');
  StreamActions.caught_up = () => {};
  document.addEventListener('turbo:before-stream-render', ({ detail }) => {
    const { render, newStream } = detail;
    const thing = changedThing(newStream);
    if (thing === undefined) return;
    const list = document.getElementById(listOf(thing));
    detail.render = async stream => {
      // A visit can put another list in its place while the step waits.
      if (list === document.getElementById(listOf(thing))) await carryOut(stream, thing, render, listener);
    };
  });
}

async function carryOut(stream: StreamElement, thing: string, render: Render, listener: StepListener) {
  const element = document.getElementById(thing);
  const targets = findTargets(stream);
  const judged = verdict(stepOf(stream), versionOf(element), targets?.length !== 0);
  if (judged === 'carry out') {
    if (targets) shorten(stream, targets);
    if (targets && element && listOf(thing) === thing) keepNewest(element, stream);
    await render(stream);
    showVersion(thing, stream);
  }
  if (stream.action === 'caught_up') listener.caughtUp(thing, judged !== 'catch up');
  if (judged === 'catch up') element ? listener.wish('gap', listOf(thing)) : listener.wishForMissing(thing);
}

/**
 * Tells Turbo what it would find out by itself, but at the cost of looking through the message for each of its frames,
 * and of copies of what the frame brings for each place that it might go to. A step goes to one.
 */
function shorten(stream: StreamElement, targetElements: readonly Element[]): void {
  const templateContent = stream.querySelector('template')?.content;
  Object.defineProperties(stream, {
    targetElements: { value: targetElements },
    templateContent: { value: templateContent },
  });
}

function stepOf(stream: StreamElement) {
  const { from, version } = stream.dataset;
  return { from: from === undefined ? undefined : Number(from), version: Number(version) };
}

/** The whole message brings its version along, but its element may be another one now. */
function showVersion(thing: string, stream: StreamElement): void {
  document.getElementById(thing)?.setAttribute('data-version', stream.dataset.version ?? '');
}
