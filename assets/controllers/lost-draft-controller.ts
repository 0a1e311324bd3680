import { Controller } from '@hotwired/stimulus';
import { draftName } from './draft-controller.ts';

/** The page of a conversation or a bot that is gone: what was half typed there waits in a new one. */
export class LostDraftController extends Controller {
  override connect(): void {
    this.#move(`${location.pathname}/messages`, '/conversations');
    this.#move(location.pathname, '/bots');
  }

  #move(from: string, to: string): void {
    const lost = draftName(`${location.origin}${from}`);
    const fresh = draftName(`${location.origin}${to}`);
    const draft = sessionStorage.getItem(lost);
    if (draft && !sessionStorage.getItem(fresh)) sessionStorage.setItem(fresh, draft);
    sessionStorage.removeItem(lost);
  }
}
