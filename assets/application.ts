import '@hotwired/turbo';
import { Application } from '@hotwired/stimulus';
import { AnnouncerController } from './controllers/announcer-controller.ts';
import { ArrivalController } from './controllers/arrival-controller.ts';
import { ComposerController } from './controllers/composer-controller.ts';
import { ConnectionController } from './controllers/connection-controller.ts';
import { CopyController } from './controllers/copy-controller.ts';
import { CopyLinkController } from './controllers/copy-link-controller.ts';
import { DaysController } from './controllers/days-controller.ts';
import { DialogController } from './controllers/dialog-controller.ts';
import { DraftController } from './controllers/draft-controller.ts';
import { EarlierController } from './controllers/earlier-controller.ts';
import { FailureController } from './controllers/failure-controller.ts';
import { FocusController } from './controllers/focus-controller.ts';
import { FollowController } from './controllers/follow-controller.ts';
import { FormDraftController } from './controllers/form-draft-controller.ts';
import { ListFocusController } from './controllers/list-focus-controller.ts';
import { LocalTimeController } from './controllers/local-time-controller.ts';
import { LostDraftController } from './controllers/lost-draft-controller.ts';
import { PagerController } from './controllers/pager-controller.ts';
import { QuoteController } from './controllers/quote-controller.ts';
import { ReadingController } from './controllers/reading-controller.ts';
import { RenewalController } from './controllers/renewal-controller.ts';
import { SearchController } from './controllers/search-controller.ts';
import { ShortcutsController } from './controllers/shortcuts-controller.ts';
import { SidebarController } from './controllers/sidebar-controller.ts';
import { TitleController } from './controllers/title-controller.ts';
import { UndoController } from './controllers/undo-controller.ts';
import { UnsentController } from './controllers/unsent-controller.ts';
import { dropNoscript } from './drop-noscript.ts';
import './elements/turbo-cable-stream-source-element.ts';

declare global {
  interface Window {
    /** Where the script of a single page registers its own controllers. */
    Stimulus: Application;
  }
}

dropNoscript();
const application = Application.start();
window.Stimulus = application;
application.register('announcer', AnnouncerController);
application.register('arrival', ArrivalController);
application.register('composer', ComposerController);
application.register('connection', ConnectionController);
application.register('copy', CopyController);
application.register('copy-link', CopyLinkController);
application.register('dialog', DialogController);
application.register('days', DaysController);
application.register('draft', DraftController);
application.register('earlier', EarlierController);
application.register('failure', FailureController);
application.register('focus', FocusController);
application.register('follow', FollowController);
application.register('form-draft', FormDraftController);
application.register('list-focus', ListFocusController);
application.register('local-time', LocalTimeController);
application.register('lost-draft', LostDraftController);
application.register('pager', PagerController);
application.register('quote', QuoteController);
application.register('reading', ReadingController);
application.register('renewal', RenewalController);
application.register('search', SearchController);
application.register('shortcuts', ShortcutsController);
application.register('sidebar', SidebarController);
application.register('title', TitleController);
application.register('undo', UndoController);
application.register('unsent', UnsentController);
