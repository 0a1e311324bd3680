import { Controller } from '@hotwired/stimulus';
import { Growth } from '../comparison/growth.ts';
import { inWords } from '../comparison/numbers.ts';

/** Draws how the texts grow, into the picture that the server has sent. */
export class PlotController extends Controller<HTMLElement> {
  static override targets = ['picture', 'line', 'most', 'longest'];
  declare readonly pictureTarget: SVGSVGElement;
  declare readonly lineTargets: readonly SVGPolylineElement[];
  declare readonly mostTarget: HTMLElement;
  declare readonly longestTarget: HTMLElement;

  #growth = new Growth();

  begin(): void {
    this.#growth = new Growth();
  }

  /** @param letters how many each line's text has, digits included, in the order of the lines */
  add(letters: readonly number[]): void {
    this.#growth.add(letters);
    const { width, height } = this.pictureTarget.viewBox.baseVal;
    this.lineTargets.forEach((line, i) => {
      line.setAttribute('points', this.#growth.points(i, width, height));
    });
    this.mostTarget.textContent = inWords(this.#growth.most);
    this.longestTarget.textContent = inWords(this.#growth.ms / 1000, 's');
  }

  /** For those who do not see the picture. */
  describe(words: string): void {
    this.pictureTarget.setAttribute('aria-label', words);
  }
}
