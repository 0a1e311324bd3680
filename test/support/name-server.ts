import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { closeAfter, type Scope } from './close-after.ts';

/** A name server such as Docker's: every name stands for the same addresses, which may change. */
export interface NameServer {
  readonly port: number;
  /** IPv4, by numbers. */
  addresses: readonly string[];
  /** How often it has been asked. */
  readonly questions: number;
}

/** How an answer refers to the name in its question. */
const NAME_IN_QUESTION = 0xc00c;
const TYPE_A = 1;
const CLASS_IN = 1;
/** As long as Docker's says. */
const TTL_SECONDS = 600;
const HEAD_BYTES = 12;
const QUERY_OK = 0x8180;
const NO_SUCH_NAME = 0x8183;

/** Starts one on a free port of the loopback (RFC 1035). */
export async function startNameServer(t: Scope, addresses: readonly string[]): Promise<NameServer> {
  const socket = createSocket('udp4');
  const server = { port: 0, addresses, questions: 0 };
  socket.on('message', (query, { port, address }) => {
    server.questions += 1;
    socket.send(answerTo(query, server.addresses), port, address);
  });
  await once(socket.bind(0, '127.0.0.1'), 'listening');
  server.port = socket.address().port;
  closeAfter(t, () => socket.close());
  return server;
}

function answerTo(query: Buffer, addresses: readonly string[]): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  const status = addresses.length > 0 ? QUERY_OK : NO_SUCH_NAME;
  for (const [place, number] of [query.readUInt16BE(0), status, 1, addresses.length].entries())
    head.writeUInt16BE(number, 2 * place);
  return Buffer.concat([head, questionOf(query), ...addresses.map(record)]);
}

/** The name, which ends with an empty label, its type and its class. */
function questionOf(query: Buffer): Buffer {
  return query.subarray(HEAD_BYTES, query.indexOf(0, HEAD_BYTES) + 5);
}

function record(address: string): Buffer {
  const bytes = Buffer.alloc(16);
  for (const [place, number] of [NAME_IN_QUESTION, TYPE_A, CLASS_IN].entries())
    bytes.writeUInt16BE(number, 2 * place);
  bytes.writeUInt32BE(TTL_SECONDS, 6);
  bytes.writeUInt16BE(4, 10);
  bytes.set(address.split('.').map(Number), 12);
  return bytes;
}
