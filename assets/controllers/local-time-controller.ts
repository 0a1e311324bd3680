import { Controller } from '@hotwired/stimulus';
import { dayInWords } from '../../src/day.ts';

const FORMAT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** Says when something was in the reader's own zone, each time it is looked at, or drawn anew meanwhile: what the server draws has its own. */
export class LocalTimeController extends Controller<HTMLElement> {
  static override targets = ['day'];

  /** Where only the day is told, it is told from the first. */
  dayTargetConnected(time: HTMLTimeElement): void {
    time.textContent = dayInWords(Date.parse(time.dateTime));
  }

  keepShown(): void {
    if (this.element.matches(':popover-open')) this.show();
  }

  show(): void {
    for (const time of this.element.querySelectorAll('time')) {
      time.textContent = FORMAT.format(new Date(time.dateTime));
    }
  }
}
