import { readdirSync, readFileSync } from 'node:fs';

/** A process whose CPU and memory can be looked at. */
export interface Measured {
  readonly name: string;
  readonly pid: number;
}

/** What processes used since the meter was started. */
export interface Usage {
  readonly seconds: number;
  /** Milliseconds of CPU by the process's name; `undefined` where the system does not tell. */
  readonly cpuMs: Readonly<Record<string, number | undefined>>;
  /** What everything else on the machine used, and its host took away. */
  readonly otherCpuMs: number | undefined;
}

/** Linux counts a process's CPU in hundredths of a second: proc(5), `/proc/<pid>/stat`. */
const TICK_MS = 10;

/** @returns what reads the meter */
export function startMeter(processes: readonly Measured[]): () => Usage {
  const start = performance.now();
  const machineBefore = machineCpuMs();
  const before = processes.map(({ pid }) => cpuMs(pid));
  return () => {
    const used = processes.map(({ pid }, place) => difference(before[place], cpuMs(pid)));
    return {
      seconds: (performance.now() - start) / 1000,
      cpuMs: Object.fromEntries(processes.map(({ name }, place) => [name, used[place]])),
      otherCpuMs: atLeastNothing(difference(sum(used), difference(machineBefore, machineCpuMs()))),
    };
  };
}

/** How often memory is looked at. */
const MEMORY_INTERVAL_MS = 200;

/** Watches the memory that processes have in RAM together. @returns what ends it, and says the most that it was, in kB */
export function watchMemory(processes: readonly Measured[]): () => number | undefined {
  let most: number | undefined;
  const look = () => {
    const current = sum(processes.map(({ pid }) => residentKilobytes(pid)));
    most = current === undefined ? most : Math.max(current, most ?? 0);
  };
  look();
  const timer = setInterval(look, MEMORY_INTERVAL_MS).unref();
  return () => {
    clearInterval(timer);
    look();
    return most;
  };
}

/** The memory that a process has in RAM, in kB. */
export function residentKilobytes(pid: number): number | undefined {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readProc(pid, 'status') ?? '') ?? [];
  return kilobytes === undefined ? undefined : Number(kilobytes);
}

/** The sum, where all are known. */
export function sum(values: readonly (number | undefined)[]): number | undefined {
  return values.reduce((total, value) =>
    total === undefined || value === undefined ? undefined : total + value,
  );
}

function difference(before: number | undefined, after: number | undefined): number | undefined {
  return before === undefined || after === undefined ? undefined : after - before;
}

/** The machine's count is a little coarser than that of its processes. */
function atLeastNothing(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.max(0, value);
}

/** With all that it has started, and that ended meanwhile. */
function cpuMs(pid: number): number | undefined {
  const children = threadsOf(pid).flatMap(thread =>
    (readProc(`${pid}/task/${thread}`, 'children') ?? '').split(' ').filter(Boolean).map(Number),
  );
  return sum([ownCpuMs(pid), endedCpuMs(pid), ...children.map(child => cpuMs(child) ?? 0)]);
}

/** In user and in system mode, of all its threads; to the nanosecond where the kernel keeps schedstats, else in ticks. */
function ownCpuMs(pid: number): number | undefined {
  const threads = threadsOf(pid).map(thread => readProc(`${pid}/task/${thread}`, 'schedstat'));
  if (threads.some(Boolean)) return sum(threads.map(stat => Number(stat?.split(' ')[0] ?? 0) / 1e6));
  const [user, system] = statTimes(pid) ?? [];
  return sum([user, system]);
}

/** Of children that have ended, and of theirs. */
function endedCpuMs(pid: number): number | undefined {
  const [, , user, system] = statTimes(pid) ?? [];
  return sum([user, system]);
}

/** proc(5), fields 14 to 17: `utime`, `stime`, `cutime`, `cstime`. The name, the second one, may hold blanks and parentheses. */
function statTimes(pid: number): number[] | undefined {
  const stat = readProc(pid, 'stat');
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields?.slice(11, 15).map(ticks => Number(ticks) * TICK_MS);
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** All that is not idle, as the first line of `/proc/stat` has it: user, nice, system, idle, iowait, irq, softirq, steal. */
function machineCpuMs(): number | undefined {
  const fields = readProc('', 'stat')?.split('\n')[0]?.split(/\s+/).slice(1, 9).map(Number);
  return fields && sum(fields.filter((_, place) => place !== 3 && place !== 4).map(ticks => ticks * TICK_MS));
}

function readProc(pid: number | string, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined; // not Linux, or the process is gone
  }
}
