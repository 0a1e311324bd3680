import { Controller } from '@hotwired/stimulus';
import type {
  TurboBeforeFetchResponseEvent,
  TurboBeforeMorphAttributeEvent,
  TurboBeforeMorphElementEvent,
  TurboSubmitEndEvent,
} from '@hotwired/turbo';

/** The form that asks: sends on Enter, and loses nothing that is typed, whatever the answer and whenever it comes. */
export class ComposerController extends Controller<HTMLFormElement> {
}
