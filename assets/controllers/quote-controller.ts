import { Controller } from '@hotwired/stimulus';

/** Offers to quote what is selected in a message, in the form that asks. */
export class QuoteController extends Controller<HTMLElement> {
  static override targets = ['button'];
  declare readonly buttonTarget: HTMLButtonElement;

  offer(): void {
    const isUseless = selectedText() === '';
    if (this.buttonTarget.hidden !== isUseless) this.buttonTarget.hidden = isUseless;
  }

  /** A press must not take the selection away. */
  keepSelection(event: Event): void {
    event.preventDefault();
  }

  quote(): void {
    const field = this.element.querySelector('textarea');
    const quoted = selectedText().replace(/^/gm, '> ');
    if (!field || !quoted) return;
    getSelection()?.empty();
    const before = field.value.trimEnd();
    field.value = `${before}${before && '\n\n'}${quoted}\n\n`;
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
    field.scrollTop = field.scrollHeight;
  }
}

/** What is selected, where it begins in the text of a message and does not leave the list. */
function selectedText(): string {
  const selection = getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return '';
  const { startContainer, commonAncestorContainer } = selection.getRangeAt(0);
  const begins = elementOf(startContainer)?.closest('.message__text');
  return begins && elementOf(commonAncestorContainer)?.closest('.messages')
    ? selection.toString().trim()
    : '';
}

function elementOf(node: Node): Element | null {
  return node instanceof Element ? node : node.parentElement;
}
