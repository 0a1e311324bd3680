import { setTimeout as delay } from 'node:timers/promises';

/** How many people do something at the same time while the load is being prepared. */
const AT_ONCE = 20;

/** Works on all of them, so many at a time. */
export async function each<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = items.values();
  const worker = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/**
 * Lets each person do it, their beginnings spread evenly over so long.
 * @throws when not all are done within `patienceMs`
 */
export async function spread<Person, Result>(
  people: readonly Person[],
  { withinMs, patienceMs }: { readonly withinMs: number; readonly patienceMs: number },
  work: (person: Person) => Promise<Result>,
): Promise<Result[]> {
  let done = 0;
  const works = people.map(async (person, place) => {
    await delay((place * withinMs) / people.length);
    const result = await work(person);
    done += 1;
    return result;
  });
  const late = delay(patienceMs, undefined, { ref: false }).then(() => {
    throw new Error(`Of ${people.length} replies only ${done} reached all of their readers.`);
  });
  return await Promise.race([Promise.all(works), late]);
}
