import { Controller } from '@hotwired/stimulus';
import { draftName } from './draft-controller.ts';

/** The page of a conversation that is gone: what was half typed there waits in a new one. */
export class LostDraftController extends Controller {
  override connect(): void {
    const lost = draftName(`${location.origin}${location.pathname}/messages`);
    const fresh = draftName(`${location.origin}/conversations`);
    const draft = sessionStorage.getItem(lost);
    if (draft && !sessionStorage.getItem(fresh)) sessionStorage.setItem(fresh, draft);
    sessionStorage.removeItem(lost);
  }
}
