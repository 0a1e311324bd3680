import '@hotwired/turbo';
import { Application } from '@hotwired/stimulus';
import { ArrivalController } from './controllers/arrival-controller.ts';
import { ComposerController } from './controllers/composer-controller.ts';
import { ConnectionController } from './controllers/connection-controller.ts';
import { CopyController } from './controllers/copy-controller.ts';
import { DraftController } from './controllers/draft-controller.ts';
import { FailureController } from './controllers/failure-controller.ts';
import { FocusController } from './controllers/focus-controller.ts';
import { FollowController } from './controllers/follow-controller.ts';
import { ListFocusController } from './controllers/list-focus-controller.ts';
import { LostDraftController } from './controllers/lost-draft-controller.ts';
import { PagerController } from './controllers/pager-controller.ts';
import { ReadingController } from './controllers/reading-controller.ts';
import { RenewalController } from './controllers/renewal-controller.ts';
import { SidebarController } from './controllers/sidebar-controller.ts';
import { TitleController } from './controllers/title-controller.ts';
import { UnsentController } from './controllers/unsent-controller.ts';
import './elements/turbo-cable-stream-source-element.ts';

declare global {
  interface Window {
    /** Where the script of a single page registers its own controllers. */
    Stimulus: Application;
  }
}

const application = Application.start();
window.Stimulus = application;
application.register('arrival', ArrivalController);
application.register('composer', ComposerController);
application.register('connection', ConnectionController);
application.register('copy', CopyController);
application.register('draft', DraftController);
application.register('failure', FailureController);
application.register('focus', FocusController);
application.register('follow', FollowController);
application.register('list-focus', ListFocusController);
application.register('lost-draft', LostDraftController);
application.register('pager', PagerController);
application.register('reading', ReadingController);
application.register('renewal', RenewalController);
application.register('sidebar', SidebarController);
application.register('title', TitleController);
application.register('unsent', UnsentController);
