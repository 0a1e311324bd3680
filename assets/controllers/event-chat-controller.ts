import { Controller } from '@hotwired/stimulus';
import { postForDeltas } from '../event-streams/post-for-deltas.ts';
import { readDeltas } from '../event-streams/read-deltas.ts';
import type { Reading } from '../event-streams/reading.ts';
import { Transcript } from '../event-streams/transcript.ts';
import { TOO_LONG_FOR_ADDRESS } from '../event-streams/why-refused.ts';

/** A chat that lives in its page alone: all that the page shows goes along with each question. */
export class EventChatController extends Controller<HTMLElement> {
  static override targets = ['messages', 'blank', 'text', 'notice', 'wait', 'post'];
  static override values = { bot: String };
  declare readonly messagesTarget: HTMLElement;
  /** A message in each of its states. */
  declare readonly blankTargets: readonly HTMLTemplateElement[];
  declare readonly textTarget: HTMLTextAreaElement;
  declare readonly noticeTarget: HTMLElement;
  /** The sentence for those who ask while a reply is open. */
  declare readonly waitTarget: HTMLTemplateElement;
  /** Chosen by those who would rather post than get. */
  declare readonly postTarget: HTMLInputElement;
  declare readonly botValue: string;

  #reading: Reading | undefined;

  /** The bot, which is brought into sight among many, greets. The way chosen before is not there yet: Turbo keeps it back until controllers have connected. */
  override connect(): void {
    this.element.querySelector('.bot[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
    this.#reply(readDeltas);
  }

  override disconnect(): void {
    this.#reading?.close();
  }

  ask(event: SubmitEvent): void {
    event.preventDefault();
    const { isOpen, isGreeting } = this.#transcript;
    if (isOpen && !isGreeting) this.noticeTarget.replaceChildren(this.waitTarget.content.cloneNode(true));
    else if (this.textTarget.value.trim()) this.#send();
  }

  /** The messages' own forms speak to rows of the server. Of these the page is all there is, so it does what they say. */
  act(event: SubmitEvent): void {
    event.preventDefault();
    if (!(event.target instanceof HTMLFormElement)) return;
    if (event.target.action.endsWith('/cancellation')) this.#stop();
    else this.#replyAgain();
    // The button is gone. On a touch screen the focus of a field would push the page up.
    if (!matchMedia('(hover: none)').matches) this.textTarget.focus({ preventScroll: true });
  }

  /** A greeting that is still being written, which nobody has asked for, gives way. */
  #send(): void {
    if (this.#transcript.isOpen) this.#stop();
    this.#transcript.addQuestion(this.textTarget.value.trim());
    this.textTarget.value = '';
    this.textTarget.dispatchEvent(new Event('input', { bubbles: true }));
    this.textTarget.focus();
    this.#reply(this.#chosenReader);
    this.dispatch('asked');
  }

  #stop(): void {
    this.#reading?.close();
    this.#transcript.settle('stopped');
  }

  #replyAgain(): void {
    this.#transcript.removeLast();
    this.#reply(this.#chosenReader);
  }

  #reply(read: typeof readDeltas): void {
    const question = { bot: this.botValue, messages: this.#transcript.history };
    const text = new Text();
    const reply = this.#transcript.addReply(text);
    this.#reading = read(question, {
      onText(delta) {
        text.appendData(delta);
        reply.dataset.status = 'streaming';
      },
      onEnd: () => this.#transcript.settle('complete'),
      onError: sentence =>
        this.#transcript.settle(text.length > 0 ? 'interrupted' : 'failed', withAdvice(sentence)),
    });
  }

  get #chosenReader() {
    return this.postTarget.checked ? postForDeltas : readDeltas;
  }

  get #transcript(): Transcript {
    return new Transcript(this.messagesTarget, this.blankTargets);
  }
}

/** Here there is another way. */
function withAdvice(sentence: string): string {
  return sentence === TOO_LONG_FOR_ADDRESS ? `${sentence} Send it by POST.` : sentence;
}
