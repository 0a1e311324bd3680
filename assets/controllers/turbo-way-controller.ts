import { Controller } from '@hotwired/stimulus';
import { figuresOf, showFigures } from '../comparison/figures.ts';
import { keptReply } from '../comparison/kept-reply.ts';
import { Meter } from '../comparison/meter.ts';
import type { Way } from '../comparison/way.ts';
import { webSocketBytes } from '../comparison/web-socket-bytes.ts';

type BeforeStreamRender = CustomEvent<{ render(stream: Element): Promise<void> }>;

/** The column of the comparison to which Turbo brings the reply: it watches and measures, and draws nothing. */
export class TurboWayController extends Controller<HTMLElement> implements Way {
  static override targets = ['kept', 'outcome'];
  static override values = { unsent: String };
  declare readonly keptTarget: HTMLElement;
  declare readonly outcomeTarget: HTMLElement;
  declare readonly unsentValue: string;

  #meter: Meter | undefined;
  #isStopWanted = false;

  /** The form itself asks. */
  ask(): Meter {
    this.#isStopWanted = false;
    this.keptTarget.replaceChildren();
    this.outcomeTarget.textContent = '';
    this.#meter = new Meter();
    return this.#meter;
  }

  /** The question was not taken; where the server has said why, its sentence follows. */
  admitRefusal(): void {
    this.#meter?.end();
    this.outcomeTarget.textContent = this.unsentValue;
  }

  /** There may be nothing to stop yet. */
  stop(): void {
    this.#meter?.stop();
    this.#isStopWanted = true;
    this.#look();
  }

  showFigures(): void {
    if (this.#meter) showFigures(this.element, figuresOf(this.#meter));
  }

  /** A message on the page's WebSocket, before anybody has looked into it: what is done with it ends before microtasks begin. */
  receive({ detail: message }: CustomEvent<string>): void {
    const meter = this.#meter;
    if (!meter?.isRunning) return;
    meter.frame(webSocketBytes(message));
    const arrived = performance.now();
    queueMicrotask(() => meter.work(arrived));
  }

  /** A step, whether of a message or of the form's answer. */
  watch({ detail }: BeforeStreamRender): void {
    const meter = this.#meter;
    if (!meter?.isRunning) return;
    const { render } = detail;
    detail.render = async step => {
      const start = performance.now();
      await render(step);
      meter.work(start, this.keptTarget);
      meter.steps += 1;
      this.#look();
    };
  }

  #look(): void {
    const reply = keptReply(this.keptTarget);
    if (!reply || !this.#meter?.isRunning) return;
    this.#meter.show(reply.characters);
    if (this.#isStopWanted && reply.stopForm) {
      this.#isStopWanted = false;
      reply.stopForm.requestSubmit();
    }
    if (reply.outcome) {
      this.#meter.end();
      this.outcomeTarget.textContent = reply.outcome;
    }
  }
}
