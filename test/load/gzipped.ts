import { once } from 'node:events';
import { constants, createGzip } from 'node:zlib';

/** What an event stream would take on the wire if it were gzipped with a flush after each event, in HTTP's chunks. */
export async function gzippedBytes(raw: string): Promise<number> {
  const gzip = createGzip();
  let total = 0;
  let event = 0;
  gzip.on('data', (data: Buffer) => (event += data.length));
  for (const text of raw.split(/(?<=\n\n)/)) {
    event = 0;
    gzip.write(text);
    await new Promise<void>(resolve => gzip.flush(constants.Z_SYNC_FLUSH, resolve));
    total += chunkBytes(event);
  }
  event = 0;
  gzip.end();
  await once(gzip, 'end');
  return total + chunkBytes(event) + chunkBytes(0);
}

/** A chunk has its length in hexadecimal before it, and two line breaks. */
function chunkBytes(length: number): number {
  return length + length.toString(16).length + 4;
}
