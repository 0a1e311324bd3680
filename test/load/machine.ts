import { execFile } from 'node:child_process';
import { cpus, release, totalmem, type } from 'node:os';
import process from 'node:process';
import { promisify } from 'node:util';

/** The machine and the versions that figures belong to, as a sentence. */
export async function machine(): Promise<string> {
  const { stdout } = await promisify(execFile)('redis-server', ['--version']);
  const redis = /v=([\d.]+)/.exec(stdout)?.[1];
  const cores = `${cpus().length} cores (${cpus()[0]?.model.trim()})`;
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  const [version = ''] = release().match(/^\d+\.\d+/) ?? [];
  return `${cores}, ${memory}, ${type()} ${version}, Node ${process.versions.node}, Redis ${redis}.`;
}
