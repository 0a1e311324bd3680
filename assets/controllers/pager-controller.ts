import { Controller } from '@hotwired/stimulus';
import { isNowhere } from '../focus.ts';

interface Choice {
  /** The message that is to be shown. */
  readonly message: string;
  readonly button: 'previous' | 'next';
}

let lastChoice: Choice | undefined;

/** Keeps the keyboard at the pager: the version that is chosen brings a pager of its own, and this one leaves the page. */
export class PagerController extends Controller<HTMLElement> {
  static override targets = ['previous', 'next'];
  static override values = { message: String };
  declare readonly previousTarget: HTMLButtonElement;
  declare readonly nextTarget: HTMLButtonElement;
  declare readonly messageValue: string;

  override connect(): void {
    if (lastChoice?.message !== this.messageValue) return;
    if (isNowhere()) this.#focus(lastChoice.button);
    lastChoice = undefined;
  }

  choose({ submitter }: SubmitEvent): void {
    if (!(submitter instanceof HTMLButtonElement)) return;
    const [, message = ''] = /\/messages\/([^/]+)/.exec(submitter.formAction) ?? [];
    lastChoice = { message, button: submitter === this.nextTarget ? 'next' : 'previous' };
  }

  /** At the last version the way back is what is left. */
  #focus(button: Choice['button']): void {
    const buttons = [this.previousTarget, this.nextTarget];
    if (button === 'next') buttons.reverse();
    buttons.find(({ disabled }) => !disabled)?.focus();
  }
}
