import type { Meter } from './meter.ts';
import { bytes, inWords, milliseconds } from './numbers.ts';

/** Texts by the names of the places where they stand. */
export type Figures = Readonly<Record<string, string>>;

/** What a column says of its way while the reply comes. */
export function figuresOf(meter: Meter): Figures {
  return {
    first: milliseconds(meter.firstTextMs),
    speed: inWords(meter.tokensPerSecond, 'tokens/s'),
    frames: inWords(meter.frames),
    plain: bytes(meter.plainBytes),
    wire: bytes(meter.wireBytes),
    busy: milliseconds(meter.busyMs),
    stopped: milliseconds(meter.stoppedAfterMs),
  };
}

/** Writes them where the page has room for them: `data-figure` names the place. */
export function showFigures(page: Element, figures: Figures): void {
  for (const place of page.querySelectorAll<HTMLElement>('[data-figure]')) {
    const text = figures[place.dataset.figure ?? ''];
    if (text !== undefined && text !== place.textContent) place.textContent = text;
  }
}
