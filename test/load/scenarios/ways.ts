import { forAsLongAs } from '../lifetime.ts';
import { Progress } from '../progress.ts';
import type { Options, Report } from '../scenario.ts';
import { total } from '../statistics.ts';
import { measure } from '../ways/measure.ts';
import { type Measurement, medians, WAYS, type Way } from '../ways/measurement.ts';
import { nameOf, plan } from '../ways/plan.ts';
import { reportOf } from '../ways/report.ts';
import { openSite, type Site } from '../ways/site.ts';

/** Before anything is measured: enough for the JavaScript engine to know its way. */
const WARM_UP = {
  replies: 10,
  script: { kind: 'mixed', length: 2_000, perSecond: 250 },
} as const;
const WARM_UP_SECONDS = 3;

/** The three ways from a model to a page, and the literal design as a measure for them. */
export async function ways(options: Options): Promise<Report> {
  const all = await forAsLongAs(async t => {
    const opened = await Promise.all(WAYS.map(way => openSite(t, way, options.profiles)));
    const sites = new Map(opened.map(site => [site.way, site]));
    return await measureAll(sites, options);
  });
  return reportOf(medians(all));
}

async function measureAll(sites: ReadonlyMap<Way, Site>, options: Options): Promise<Measurement[]> {
  const steps = Array.from({ length: options.runs }, () => plan(options)).flat();
  const seconds = total(steps.map(step => step.seconds)) + sites.size * WARM_UP_SECONDS;
  const progress = new Progress(seconds);
  for (const site of sites.values()) {
    progress.begin(`warm-up, ${site.way}`, WARM_UP_SECONDS);
    await measure(site, WARM_UP);
  }

  const measured: Measurement[] = [];
  for (const { way, load, seconds } of steps) {
    const site = sites.get(way);
    if (!site) continue;
    progress.begin(`${nameOf(load)}, ${way}`, seconds);
    measured.push({ way, load, figures: await measure(site, load) });
  }
  return measured;
}
