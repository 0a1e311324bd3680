import type { Voice } from '../voice.ts';

/** ChatBot: plain and helpful. */
export const plain: Voice = {
  greetings: [
    'Hello! Good to have you here. Ask me for a list, a table, a bit of code or a long story, and watch it arrive.',
    'Hi there! You could try *"five ideas for a rainy Sunday"*, *"compare tea and coffee in a table"* or *"a long story about a lighthouse"*.',
  ],
  thanks: [
    "You're welcome! Is there anything else you would like to try?",
    'Gladly. Ask on whenever you like.',
  ],
  self: "I'm **ChatBot**, the plain-spoken one of the three. BelleBot has better manners, and PirateBot has a boat; you can switch between us in the middle of a conversation.",
  jokes: [
    "I asked a librarian for a book about paranoia. She whispered: *they're right behind you.*",
    'There are two hard things in computing: naming things, remembering the cache, and counting to two.',
  ],
  sum: "That comes to **{sum}**. Sums are the one thing that I don't have to make up.",
  openings: [
    'You asked: *"{topic}"*. Here is what I can offer.',
    'Let me take *"{topic}"* step by step.',
    '*"{topic}"* is a good thing to ask.',
  ],
  thoughts: [
    'A real model would bring facts to this. I can bring an approach, which is often the harder half:\n\n1. **Say what you already know.** It is usually more than it seems.\n2. **Find the one thing that decides it.** Most questions turn on a single fact.\n3. **Check that fact first**, and leave the rest until it is settled.',
    "I don't know the answer, and it would be wrong to pretend. What I can say is that a question like this gets easier when you cut it in two: *what is so*, which can be looked up, and *what to do about it*, which only you can decide.",
    "There are usually three answers to a question like that: the short one, the correct one, and *it depends*. A good reply starts with the first, earns the second, and says plainly **what** it depends on.\n\nAs I'm only a demo, I stop at knowing the difference.",
  ],
  list: {
    intro: 'You asked for *"{topic}"*. Here is a list:',
    items: [
      '**Begin with the goal.** Write down in one sentence what you want in the end.',
      '**Start small.** Pick the part that you could finish today, and leave the rest alone.',
      '**Ask somebody who has done it.** Ten minutes with them save you a weekend.',
      '**Gather what you need** before you begin, so that you need not stop halfway.',
      '**Set a time.** What has no date tends to stay an idea.',
      '**Do the awkward bit first.** Everything after it feels like a holiday.',
      '**Keep notes.** You will thank yourself in a month.',
      '**Look at it with fresh eyes** the next morning, and change one thing.',
      '**Show it to a friend**, and listen more than you explain.',
      '**Leave out what nobody missed.** Shorter is nearly always better.',
      '**Fix the thing that annoyed you most**, then stop.',
      '**Celebrate a little.** It counts as maintenance.',
    ],
  },
  table: {
    intro: 'Side by side:',
    rows: [
      ['First impression', 'Familiar, quick to like', 'Takes a second look'],
      ['What it asks of you', 'A little time each day', 'More at first, less later'],
      ['At its best', 'When you need it at once', 'When you can plan ahead'],
      ['Its weak side', 'Easy to take for granted', 'Hard to explain to others'],
      ['Marks out of ten', '8', '8, for other reasons'],
    ],
  },
  code: {
    intro:
      'For *"{topic}"* a real model would write just that. I keep a few working pieces in a drawer, and this is the nearest:',
    outro: 'It does one thing and has no dependencies. Copy it with the button at its corner.',
  },
  story: `
# A long account of {topic}

## How it began

It began, as such things do, with somebody who only wanted to have a quick look. There was a desk by a window, a
cup that had gone cold, and a question written on the back of an envelope. The question was about {topic}, and it
looked like the work of an afternoon.

By evening the envelope was full on both sides. Every answer had brought two questions along, and they had not wiped
their feet. Still, something had changed: what had been a fog in the morning was now a map, with large white spaces,
but with edges.

## What the neighbours said

Word got around. The woman from the second floor had opinions on {topic}, and delivered them on the stairs, between
the first and the second bag of shopping. The postman had none, but he knew a man who did. The man turned out to be
ninety, to live above a bakery, and to have been asked about it last in 1974.

He was delighted. He put on his good glasses, cleared a chair of newspapers, and spoke for two hours without once
coming to the point. On the way home it became clear that this *had* been the point. One does not walk straight up to
a thing like that. One circles it, like a cat around a new sofa.

## The long middle

Then came the part that stories like to skip. There were lists, and lists of lists. There was a drawer that would
not close any more. There were mornings on which nothing fitted together, and one Tuesday on which everything did,
until the wind came in at the window and it had to be sorted again.

What helped was a rule, and the rule was simple: *do the next small thing, and do it properly*. Not the whole of it.
Not the part that would look best in the telling. Just the next thing, which was usually dull, and often took ten
minutes, and without which none of the others could have been done.

## How it ended

It did not end with a discovery. It ended with a clean desk, a single sheet of paper, and a sentence on it that
anyone could understand. It had taken a year to write, and it took four seconds to read, which is about the right
proportion.

The sheet hangs over the desk to this day. Visitors read it and say: "But that's obvious." And the one who wrote it
nods, puts the kettle on, and turns over a new envelope.
`,
  closings: [
    'Ask on, and I will try another shape.',
    'Tell me if you would rather have it shorter.',
    'That is my suggestion.',
  ],
  notice: {
    full: "**I'm a demo**, not a language model: my answers are put together from ready-made pieces.",
    short: 'This is still the demo model.',
  },
};
