import { startMeter, sum, watchMemory } from '../meter.ts';
import { mean, percentile, total } from '../statistics.ts';
import { missingWords } from '../truth.ts';
import type { Figures, Load } from './measurement.ts';
import type { Examination, Heard, Site } from './site.ts';

/** Several questions are asked spread over so long. */
const WITHIN_MS = 1_000;
/** So long for each token of all replies, where the program cannot keep up. */
const PATIENCE_PER_TOKEN_MS = 10;
const PATIENCE_MS = 120_000;

/** Puts the load on the site, and measures what comes of it. */
export async function measure(site: Site, { replies, script }: Load): Promise<Figures> {
  const { stack, way } = site;
  await site.gather(replies);

  const patienceMs = PATIENCE_MS + replies * script.length * PATIENCE_PER_TOKEN_MS;
  const harness = [stack.upstream, site.people];
  const readMeter = startMeter([...stack.processes, ...harness]);
  const readMemory = watchMemory(stack.processes.filter(({ name }) => name !== 'Redis'));
  const heard = await site.ask({ ...script, withinMs: replies > 1 ? WITHIN_MS : 0, patienceMs });
  const { cpuMs, otherCpuMs, seconds } = readMeter();
  const kilobytes = readMemory();

  const examined = await heard.examine();
  const { faults, characters, writes, gzippedBytes } = examined;
  if (faults[0])
    console.error(`${way}: ${faults.length} readers are wrong. The first ${faults[0].slice(0, 500)}`);
  const perReply = (name: string) => (cpuMs[name] === undefined ? undefined : cpuMs[name] / replies);
  const share = (ms: number | undefined) => (ms === undefined ? undefined : ms / seconds / 10);
  return {
    ...receptionFigures(heard, examined, script),
    characters,
    writes,
    gzippedBytes,
    cpuMs: sum(stack.processes.map(({ name }) => perReply(name))),
    webCpuMs: perReply('web'),
    workerCpuMs: perReply('worker'),
    redisCpuMs: perReply('Redis'),
    kilobytes,
    loadShare: share(sum(harness.map(({ name }) => cpuMs[name]))),
    otherShare: share(otherCpuMs),
  };
}

function receptionFigures({ answers }: Heard, { faults, catchUps }: Examination, script: Load['script']) {
  const receptions = answers.flatMap(({ outcomes }) => outcomes);
  const delays = Float64Array.from(receptions.flatMap(each => [...each.delays])).filter(
    delay => !Number.isNaN(delay),
  );
  const first = answers.flatMap(({ postedAt, outcomes }) =>
    outcomes.map(({ firstAt }) => firstAt - postedAt),
  );
  const missing = receptions.map(each => missingWords(each, script));
  return {
    firstTokenMs: script.kind === 'words' ? percentile(first, 0.5) : undefined,
    p50Ms: percentile(delays, 0.5),
    p95Ms: percentile(delays, 0.95),
    p99Ms: percentile(delays, 0.99),
    outOfOrder: total(receptions.map(({ gaps }) => gaps)) + catchUps,
    lost: total(missing) + faults.length,
    frames: mean(receptions.map(({ frames }) => frames)),
    plainBytes: mean(receptions.map(({ plainBytes }) => plainBytes)),
    wireBytes: mean(receptions.map(({ wireBytes }) => wireBytes)),
  };
}
