import { Controller } from '@hotwired/stimulus';

const FIELDS = 'input, textarea, select, [contenteditable]';
const IS_APPLE = /Mac|iP/.test(navigator.platform);

/**
 * Does what elements declare in `aria-keyshortcuts`: a field takes the focus, a link or a button is pressed. Where
 * several declare the same, as the replies do, it is the last one.
 */
export class ShortcutsController extends Controller {
  static override values = { singleKeys: String };
  declare readonly singleKeysValue: 'on' | 'off';

  press(event: KeyboardEvent): void {
    const keys = nameOf(event);
    if (!keys || event.defaultPrevented || event.repeat || document.querySelector('dialog:modal')) return;
    if (!keys.includes('+') && (this.singleKeysValue === 'off' || isField(event.target))) return;
    const declared = `[aria-keyshortcuts~="${CSS.escape(keys)}"]`;
    const element = [...document.querySelectorAll<HTMLElement>(declared)].at(-1);
    if (!element) return;
    event.preventDefault();
    if (isField(element)) reach(element);
    else element.click();
  }
}

/** As `aria-keyshortcuts` has it. What an IME, AltGr, or the modifier that is not this system's own makes, is none. */
function nameOf({
  key,
  code,
  ctrlKey,
  metaKey,
  altKey,
  shiftKey,
  isComposing,
}: KeyboardEvent): string | undefined {
  if (altKey || isComposing || (IS_APPLE ? ctrlKey : metaKey)) return undefined;
  const letter = letterOf(key, code);
  const modifier = ctrlKey ? 'Control+' : metaKey ? 'Meta+' : '';
  return `${modifier}${shiftKey && letter ? 'Shift+' : ''}${letter ?? key}`;
}

/** On keyboards of other scripts, the letter that stands at this place on a Latin one. */
function letterOf(key: string, code: string): string | undefined {
  if (/^[a-z]$/i.test(key)) return key.toUpperCase();
  return /^\p{L}$/u.test(key) ? /^Key(.)$/.exec(code)?.[1] : undefined;
}

function isField(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches(FIELDS);
}

/** On a narrow screen it may be in the drawer. */
function reach(field: HTMLElement): void {
  if (!field.checkVisibility()) field.closest<HTMLElement>('[popover]')?.showPopover();
  field.focus();
  if (field instanceof HTMLInputElement) field.select();
}
