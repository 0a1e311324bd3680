import { Server } from 'node:net';
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';

/** Who was accepted last has so long to say what they ask. */
const FIRST_WORDS_MS = 100;
/** However many still come, at some time the door is closed. */
const MOST_TURNS = 1_000;

/**
 * Takes no more connections, and cuts none: who has connected by now is accepted, and heard. The server's own `close` cuts
 * those that wait to be accepted, and those whose request is about to be read.
 */
export async function stopAccepting(server: Server): Promise<void> {
  await acceptAll(server);
  Server.prototype.close.call(server);
  await delay(FIRST_WORDS_MS);
  await turn(); // however late that was, what has come by then is read
}

/** A turn of Node's loop accepts one connection at most: the first in which none comes was the last. */
async function acceptAll(server: Server): Promise<void> {
  let accepted = 0;
  const count = () => {
    accepted += 1;
  };
  server.on('connection', count);
  await turn(); // the end of the one that goes on
  for (let turns = 0, before = -1; accepted > before && turns < MOST_TURNS; turns++) {
    before = accepted;
    await turn();
  }
  server.off('connection', count);
}
