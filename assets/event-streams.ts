import { CompareController } from './controllers/compare-controller.ts';
import { EventChatController } from './controllers/event-chat-controller.ts';
import { PlotController } from './controllers/plot-controller.ts';
import { StreamWayController } from './controllers/stream-way-controller.ts';
import { TurboWayController } from './controllers/turbo-way-controller.ts';

// Loaded after `application.ts`, by the pages that read event streams.
window.Stimulus.register('event-chat', EventChatController);
window.Stimulus.register('stream-way', StreamWayController);
window.Stimulus.register('turbo-way', TurboWayController);
window.Stimulus.register('plot', PlotController);
window.Stimulus.register('compare', CompareController);
