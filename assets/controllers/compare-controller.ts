import { Controller } from '@hotwired/stimulus';
import { tab } from '../cable/tab.ts';
import { showFigures } from '../comparison/figures.ts';
import { Run } from '../comparison/run.ts';
import { growthInWords, summaryOf, summaryOfBrowser } from '../comparison/summary.ts';
import type { Way } from '../comparison/way.ts';
import { Wire } from '../comparison/wire.ts';
import type { PlotController } from './plot-controller.ts';
import type { TurboWayController } from './turbo-way-controller.ts';

/** Asks the same question in three ways at the same moment, and shows how they do. */
export class CompareController extends Controller<HTMLElement> {
  static override targets = ['run', 'whileRunning', 'summary', 'address', 'tab'];
  static override outlets = ['stream-way', 'turbo-way', 'plot'];
  declare readonly runTarget: HTMLButtonElement;
  declare readonly whileRunningTargets: readonly HTMLButtonElement[];
  declare readonly summaryTarget: HTMLElement;
  /** By which the server tells this page's connections from those of the person's other tabs. */
  declare readonly tabTargets: readonly HTMLInputElement[];
  declare readonly streamWayOutlets: readonly Way[];
  declare readonly turboWayOutlet: TurboWayController;
  declare readonly plotOutlet: PlotController;

  readonly #wire = new Wire();
  #run: Run | undefined;

  override connect(): void {
    showFigures(this.summaryTarget, summaryOfBrowser());
    for (const input of this.tabTargets) input.value = tab;
    void this.#wire.read();
  }

  override disconnect(): void {
    this.#run?.leave();
  }

  /** A reload shows what each way has kept. */
  addressTargetConnected({ href }: HTMLAnchorElement): void {
    history.replaceState(history.state, '', href);
  }

  /** One run at a time. */
  hold(submission: Event): void {
    if (this.#run?.isOver === false) submission.preventDefault();
  }

  /** The form is on its way: all three have the same start. */
  start({ target }: Event): void {
    if (!(target instanceof HTMLFormElement)) return;
    const form = new FormData(target);
    const question = { prompt: String(form.get('content')), bot: String(form.get('bot')) };
    const meters = this.#ways.map(way => way.ask(question));
    const run = new Run(question, meters, this.#wire);
    this.#run = run;
    this.plotOutlet.begin();
    run.watch(() => (run.isOver ? this.#finish(run) : this.#show(run)));
    this.#offer({ running: true });
  }

  /** Turbo has enabled its button again. */
  noteAnswer({ detail: { success, fetchResponse } }: DocumentEventMap['turbo:submit-end']): void {
    // Which a proxy that compresses leaves out.
    this.turboWayOutlet.countAnswer(Number(fetchResponse?.header('content-length')));
    if (!success) this.turboWayOutlet.admitRefusal();
    this.runTarget.disabled = this.#run?.isOver === false;
  }

  stop(): void {
    for (const way of this.#ways) way.stop();
  }

  noteCut({ detail: { success } }: DocumentEventMap['turbo:submit-end']): void {
    if (this.#run && success) this.#run.wasCut = true;
  }

  async #finish(run: Run): Promise<void> {
    this.#offer({ running: false });
    this.plotOutlet.describe(growthInWords(run));
    await run.readWire();
    if (run !== this.#run) return;
    this.#show(run);
    showFigures(this.summaryTarget, summaryOf(run));
  }

  #show({ meters }: Run): void {
    this.plotOutlet.add(meters.map(({ letters }) => letters));
    for (const way of this.#ways) way.showFigures();
    // Or the next frame would pay for the drawing of the figures.
    this.element.getBoundingClientRect();
  }

  /** What can be done changes, and the keyboard stays where something can. */
  #offer({ running }: { readonly running: boolean }): void {
    const [leaving, coming] = running
      ? [[this.runTarget], this.whileRunningTargets]
      : [this.whileRunningTargets, [this.runTarget]];
    const hadFocus = leaving.some(button => button === document.activeElement);
    for (const button of coming) button.disabled = false;
    if (hadFocus) coming[0]?.focus({ preventScroll: true });
    for (const button of leaving) button.disabled = true;
  }

  get #ways(): readonly Way[] {
    return [...this.streamWayOutlets, this.turboWayOutlet];
  }
}
