import process from 'node:process';
import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';
import { type Config, loadConfig } from './config.ts';
import { DatabaseError } from './database.ts';
import { ConfigError } from './settings.ts';

/** Ends what a program does, within about `graceMs`. */
export type Close = (graceMs: number) => Promise<void>;

/**
 * Runs a program until it is told to end: SIGTERM gives it time, SIGINT does not. When it cannot start for a reason
 * that a person can mend, it ends with one line that says how.
 */
export async function runProgram(
  start: (config: Config, log: FastifyBaseLogger) => Promise<Close>,
): Promise<void> {
  try {
    const config = loadConfig();
    const close = await start(config, pino({ level: config.logLevel }));
    const end = async (graceMs: number) => {
      await close(graceMs);
      process.exit(0);
    };
    process.once('SIGTERM', () => end(config.shutdownGraceSeconds * 1000));
    process.once('SIGINT', () => end(0));
  } catch (error) {
    const sentence = sentenceFor(error);
    if (!sentence) throw error;
    console.error(sentence);
    process.exit(1);
  }
}

function sentenceFor(error: unknown): string | undefined {
  if (error instanceof ConfigError || error instanceof DatabaseError) return error.message;
  if (!(error instanceof Error && 'code' in error && 'syscall' in error)) return undefined;
  if (error.code === 'EADDRINUSE') return `PORT: ${error.message}. Stop what uses it, or set another.`;
  if (error.code === 'EACCES' && error.syscall === 'listen') return `PORT: ${error.message}. Set another.`;
  if (error.syscall === 'listen' || error.syscall === 'getaddrinfo') return `HOST: ${error.message}.`;
  return undefined;
}
