import { Controller } from '@hotwired/stimulus';
import type { StreamElement } from '@hotwired/turbo';
import { versionOf } from '../cable/lists.ts';
import { changedThing } from '../cable/targets.ts';
import { figuresOf, showFigures } from '../comparison/figures.ts';
import { keptReply } from '../comparison/kept-reply.ts';
import { Meter } from '../comparison/meter.ts';
import type { Way } from '../comparison/way.ts';
import { webSocketBytes } from '../comparison/web-socket-bytes.ts';

/** The column of the comparison to which Turbo brings the reply: it watches and measures, and draws nothing. */
export class TurboWayController extends Controller<HTMLElement> implements Way {
  static override targets = ['kept', 'outcome'];
  static override values = { unsent: String, unstopped: String };
  declare readonly keptTarget: HTMLElement;
  declare readonly outcomeTarget: HTMLElement;
  declare readonly unsentValue: string;
  declare readonly unstoppedValue: string;

  #meter: Meter | undefined;
  #isStopWanted = false;
  #trouble = '';

  override connect(): void {
    this.#look();
  }

  /** The form itself asks. */
  ask(): Meter {
    this.#isStopWanted = false;
    this.#trouble = '';
    this.keptTarget.replaceChildren();
    this.outcomeTarget.textContent = '';
    this.#meter = new Meter();
    return this.#meter;
  }

  /** The question and the empty reply are part of what this way sends. */
  countAnswer(bytes: number): void {
    if (this.#meter) this.#meter.plainBytes += bytes;
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

  /** The reply goes on where Stop has not reached the server. */
  admitUnstopped({ detail: { formSubmission, success } }: DocumentEventMap['turbo:submit-end']): void {
    if (!formSubmission.formElement.action.endsWith('/cancellation')) return;
    this.#trouble = success ? '' : this.unstoppedValue;
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
    queueMicrotask(() => meter.work(arrived, this.keptTarget));
  }

  /** A step, whether of a message or of the form's answer. */
  watch({ detail }: DocumentEventMap['turbo:before-stream-render']): void {
    const { render } = detail;
    detail.render = async step => {
      const start = performance.now();
      const before = shownVersion(step);
      await render(step);
      // As Turbo would in a moment, when another way might pay for it.
      step.remove();
      if (this.#meter?.isRunning) {
        this.#meter.work(start, this.keptTarget);
        if (shownVersion(step) !== before) this.#meter.steps += 1;
      }
      this.#look();
    };
  }

  #look(): void {
    const reply = keptReply(this.keptTarget);
    if (!reply) return;
    const { letters, isStopped, outcome, stopForm } = reply;
    if (this.#meter?.isRunning) this.#meter.show(letters);
    if (outcome) this.#meter?.end({ isStopped });
    if (this.#isStopWanted && stopForm) stopForm.requestSubmit();
    if (outcome || stopForm) this.#isStopWanted = false;
    const words = outcome ?? this.#trouble;
    if (this.outcomeTarget.textContent !== words) this.outcomeTarget.textContent = words;
  }
}

/** Of the message, or the list, that a step changes: another one when it has been carried out. */
function shownVersion(step: StreamElement): number | undefined {
  return versionOf(document.getElementById(changedThing(step) ?? ''));
}
