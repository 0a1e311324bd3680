/** Somebody who stays connected. */
export interface Reader {
  /** @param now unix time in seconds */
  ping(now: number): void;
  /** Ends the connection, so that the reader comes back to whichever process answers then. */
  sendAway(): void;
}

/** Those who are connected to this process. */
export interface Readers {
  /** @returns what to call when the reader has left */
  add(reader: Reader): () => void;
  /** Sends everybody away, also those who still come. */
  close(): void;
}

/** How long a reader may take to say goodbye. */
export const GOODBYE_MS = 1_000;
/** Action Cable clients count a connection without a ping for two such intervals as dead. */
const PING_INTERVAL_MS = 3_000;

/** Pings all that are added, every 3 s. */
export function openReaders(): Readers {
  const readers = new Set<Reader>();
  let isClosed = false;
  const pings = setInterval(() => {
    const now = Math.floor(Date.now() / 1000);
    for (const reader of readers) reader.ping(now);
  }, PING_INTERVAL_MS);

  return {
    add(reader) {
      readers.add(reader);
      if (isClosed) reader.sendAway();
      return () => readers.delete(reader);
    },

    close() {
      isClosed = true;
      clearInterval(pings);
      for (const reader of readers) reader.sendAway();
    },
  };
}
