import { Controller } from '@hotwired/stimulus';
import { figuresOf, showFigures } from '../comparison/figures.ts';
import { lettersIn } from '../comparison/letters.ts';
import { Meter } from '../comparison/meter.ts';
import { streamWays } from '../comparison/stream-ways.ts';
import type { Question, Way } from '../comparison/way.ts';
import type { Reading } from '../event-streams/reading.ts';

/** A column of the comparison that reads an event stream. What it shows lives in the page only. */
export class StreamWayController extends Controller<HTMLElement> implements Way {
  static override targets = ['text', 'outcome'];
  static override values = { events: String };
  declare readonly textTarget: HTMLElement;
  declare readonly outcomeTarget: HTMLElement;
  declare readonly eventsValue: string;

  #meter: Meter | undefined;
  #reading: Reading | undefined;

  override disconnect(): void {
    this.#reading?.close();
  }

  ask(question: Question): Meter {
    const way = streamWays[this.eventsValue];
    if (!way) throw new Error(`There is no way called "${this.eventsValue}".`);
    const meter = new Meter();
    const shown = new Text();
    this.#meter = meter;
    this.textTarget.replaceChildren(shown);
    this.outcomeTarget.textContent = '';

    let arrived = performance.now();
    this.#reading?.close();
    this.#reading = way.read(question, {
      onEvent(bytes) {
        meter.frame(bytes);
        arrived = performance.now();
      },
      onText: text => {
        way.show(shown, text);
        meter.work(arrived, this.textTarget);
        meter.show(lettersIn(shown.data));
      },
      onEnd: () => this.#end('Complete.'),
      onError: sentence => this.#end(sentence),
    });
    return meter;
  }

  stop(): void {
    if (!this.#meter?.isRunning) return;
    this.#meter.stop();
    this.#reading?.close();
    this.#end('Stopped.', { isStopped: true });
  }

  showFigures(): void {
    if (this.#meter) showFigures(this.element, figuresOf(this.#meter));
  }

  #end(outcome: string, how?: { readonly isStopped: boolean }): void {
    this.#meter?.end(how);
    this.outcomeTarget.textContent = outcome;
  }
}
