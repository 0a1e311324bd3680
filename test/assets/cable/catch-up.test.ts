import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CatchUp, type Page } from '../../../assets/cable/catch-up.ts';
import { VirtualClock } from '../../cable/simulation/virtual-clock.ts';

const ANSWER =
  '<turbo-stream action="caught_up" data-of="messages" data-from="1" data-version="1"></turbo-stream>';

test('a confirmed subscription asks with what the page shows', () => {
  const { catchUp, clock, asked } = setUp();
  catchUp.wish('gap');
  clock.runUntil(100);
  assert.deepEqual(asked, []);
  catchUp.start();
  clock.runUntil(200);
  assert.deepEqual(asked, [100]);
});

test('wishes at one moment are one question', () => {
  const { catchUp, clock, asked } = setUp();
  catchUp.start();
  catchUp.wish('gap');
  catchUp.wish('gap');
  clock.runUntil(100);
  catchUp.receive(ANSWER);
  catchUp.caughtUp(true);
  clock.runUntil(5_000);
  assert.deepEqual(asked, [0]);
});

test('a wish while a question is outstanding is kept until its answer is carried out', () => {
  const { catchUp, clock, asked } = setUp();
  catchUp.start();
  clock.runUntil(100);
  catchUp.wish('gap');
  clock.runUntil(1_000);
  catchUp.receive(ANSWER);
  clock.runUntil(2_000);
  assert.deepEqual(asked, [0]);
  catchUp.caughtUp(true);
  clock.runUntil(2_001);
  assert.deepEqual(asked, [0, 2_000]);
});

test('a question says why it is asked; where there were several reasons, the first', () => {
  const { catchUp, clock, causes } = setUp({ isReplyOpen: () => true });
  const settle = () => {
    clock.runUntil(clock.now() + 1_000);
    catchUp.receive(ANSWER);
    catchUp.caughtUp(true);
  };
  catchUp.start();
  catchUp.wish('told');
  settle();
  catchUp.wish('gap');
  catchUp.wishForMissing('message_x');
  settle();
  catchUp.wishForMissing('message_y');
  settle();
  catchUp.startOver('rendered');
  settle();
  clock.runUntil(clock.now() + 10_000);
  assert.deepEqual(causes, ['subscribed', 'gap', 'missing', 'rendered', 'quiet']);
  clock.runUntil(clock.now() + 4_500);
  assert.equal(causes[5], 'unanswered');
});

test('a page asks at most four times a second', () => {
  const { catchUp, clock, asked } = setUp();
  catchUp.start();
  for (let now = 0; now < 1_000; now += 10) {
    clock.runUntil(now);
    catchUp.caughtUp(true);
    catchUp.wish('gap');
  }
  assert.deepEqual(asked, [0, 250, 500, 750]);
});

test('questions become rarer while their answers do not fit', () => {
  const { catchUp, clock, asked } = setUp();
  catchUp.start();
  for (let now = 0; now <= 24_000; now += 10) {
    clock.runUntil(now);
    catchUp.caughtUp(false);
    catchUp.wish('gap');
  }
  assert.deepEqual(asked, [0, 500, 1_500, 3_500, 7_500, 15_500, 23_500]);
});

test('frames wait while a question is outstanding and are tried in their order after the marker', () => {
  const { catchUp, clock, carriedOut } = setUp();
  catchUp.start();
  clock.runUntil(10);
  catchUp.receive('first');
  catchUp.receive('second');
  assert.deepEqual(carriedOut, []);
  catchUp.receive(ANSWER);
  assert.deepEqual(carriedOut, [ANSWER]);
  catchUp.caughtUp(true);
  catchUp.receive('third');
  assert.deepEqual(carriedOut, [ANSWER, 'first', 'second', 'third']);
});

test('a text that looks like the marker makes no frame an answer', () => {
  const { catchUp, clock, carriedOut } = setUp();
  catchUp.start();
  clock.runUntil(10);
  catchUp.receive(`<turbo-stream action="append"><template>${ANSWER} and on</template></turbo-stream>`);
  assert.deepEqual(carriedOut, []);
});

test('a lost answer lets the frames go and is asked for again', () => {
  const { catchUp, clock, asked, carriedOut } = setUp();
  catchUp.start();
  clock.runUntil(10);
  catchUp.receive('frame');
  clock.runUntil(4_100);
  assert.deepEqual(carriedOut, ['frame']);
  assert.deepEqual(asked, [0, 4_000]);
});

test('after ten silent seconds a page with an open reply asks, after a minute any page', () => {
  for (const { isReplyOpen, expected } of [
    { isReplyOpen: true, expected: [0, 10_000] },
    { isReplyOpen: false, expected: [0, 60_000] },
  ]) {
    const { catchUp, clock, asked } = setUp({ isReplyOpen: () => isReplyOpen });
    catchUp.start();
    clock.runUntil(0);
    catchUp.receive(ANSWER);
    catchUp.caughtUp(true);
    clock.runUntil(expected[1] ?? 0);
    assert.deepEqual(asked, expected);
  }
});

test('a message that the page lacks is worth one question per version of the list', () => {
  const page = { list: 1 };
  const { catchUp, clock, asked } = setUp({ shown: () => ({ list: page.list, versions: new Map() }) });
  const settle = () => {
    clock.runUntil(clock.now() + 1_000);
    catchUp.caughtUp(true);
  };
  catchUp.start();
  settle();
  for (let frame = 0; frame < 3; frame++) {
    catchUp.wishForMissing('message_x');
    settle();
  }
  page.list = 2;
  catchUp.wishForMissing('message_x');
  settle();
  assert.deepEqual(asked, [0, 1_000, 4_000]);
});

test('a page without a list asks nothing', () => {
  const { catchUp, clock, asked, carriedOut } = setUp({ shown: () => undefined });
  catchUp.start();
  clock.runUntil(5_000);
  catchUp.receive('frame');
  assert.deepEqual(asked, []);
  assert.deepEqual(carriedOut, ['frame']);
});

test('what was outstanding or kept is void after a stop', () => {
  const { catchUp, clock, asked, carriedOut } = setUp();
  catchUp.start();
  clock.runUntil(10);
  catchUp.receive('held');
  catchUp.stop();
  catchUp.receive('late');
  clock.runUntil(300_000);
  assert.deepEqual(asked, [0]);
  assert.deepEqual(carriedOut, []);
});

test('a page that is asleep takes no frame and asks nothing, and asks once when it is awake', () => {
  const page = { isAsleep: false };
  const { catchUp, clock, asked, carriedOut } = setUp({
    isAsleep: () => page.isAsleep,
    isReplyOpen: () => true,
  });
  catchUp.start();
  clock.runUntil(10);
  page.isAsleep = true;
  catchUp.receive(ANSWER);
  catchUp.wish('gap');
  for (let frame = 0; frame < 5_000; frame++) catchUp.receive('slept through');
  clock.runUntil(3_600_000);
  page.isAsleep = false;
  catchUp.startOver('awake');
  catchUp.receive('late');
  clock.runUntil(3_600_010);
  catchUp.receive(ANSWER);
  catchUp.caughtUp(true);
  assert.deepEqual(asked, [0, 3_600_000]);
  assert.deepEqual(carriedOut, [ANSWER, 'late']);
});

test('a page whose subscription is not confirmed does not start over', () => {
  const { catchUp, clock, asked } = setUp();
  catchUp.startOver('awake');
  clock.runUntil(1_000);
  assert.deepEqual(asked, []);
});

/** A catch-up on a virtual clock that notes when it asked, in milliseconds, and why, and what it let through. */
function setUp(page: Partial<Page> = {}) {
  const clock = new VirtualClock();
  const asked: number[] = [];
  const causes: string[] = [];
  const carriedOut: string[] = [];
  const catchUp = new CatchUp(
    {
      shown: () => ({ list: 1, versions: new Map() }),
      isReplyOpen: () => false,
      isAsleep: () => false,
      ask(_shown, cause) {
        asked.push(clock.now());
        causes.push(cause);
      },
      carryOut: frame => carriedOut.push(frame),
      ...page,
    },
    clock,
  );
  return { catchUp, clock, asked, causes, carriedOut };
}
