import { Controller } from '@hotwired/stimulus';
import { DAYS, dayOf, untilTomorrow } from '../../src/day.ts';

/** Puts each conversation of the list below the day of the reader's own calendar, also when a new one begins. */
export class DaysController extends Controller<HTMLElement> {
  static override targets = ['item'];
  declare readonly itemTargets: readonly HTMLElement[];

  #midnight: ReturnType<typeof setTimeout> | undefined;

  override connect(): void {
    this.#midnight = setTimeout(() => {
      this.drawAll();
      this.connect();
    }, untilTomorrow());
  }

  override disconnect(): void {
    clearTimeout(this.#midnight);
  }

  itemTargetConnected(item: HTMLElement): void {
    draw(item);
  }

  /** The page may have slept through midnight. */
  drawAll(): void {
    this.itemTargets.forEach(draw);
  }

  /** The server draws by its own calendar. */
  drawAnew({ target }: Event): void {
    if (target instanceof HTMLElement && this.itemTargets.includes(target)) draw(target);
  }
}

function draw(item: HTMLElement): void {
  const day = dayOf(Number(item.dataset.at));
  if (item.dataset.day === day) return;
  item.dataset.day = day;
  const heading = item.querySelector('h2');
  if (heading) heading.textContent = DAYS[day];
}
