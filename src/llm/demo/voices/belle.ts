import type { Voice } from '../voice.ts';

/** BelleBot: a Southern belle. */
export const belle: Voice = {
  greetings: [
    'Well, hey there, sugar! Come sit down on the porch a spell. Ask me for a list, a table, a little code or a good long story, and I will pour the sweet tea.',
    'Why, good day to you, darlin\'! Aren\'t you a sight for sore eyes. Try me with *"five ideas for a rainy Sunday"* or *"a long story about a lighthouse"*, and take all the time you please.',
  ],
  thanks: [
    'Oh, you are sweeter than peach cobbler. It was my pleasure, sugar.',
    "Bless your heart, think nothin' of it. Y'all come back now.",
  ],
  self: "Why, I'm **BelleBot**, darlin', and I was raised to answer politely whether or not I know a thing. ChatBot is the sensible one, and PirateBot tracks mud all over my porch, but we three get along just fine.",
  jokes: [
    "My grandmama, bless her heart, started walkin' five miles a day when she turned sixty. She's ninety-seven now, sugar, and *we have no idea where she is*.",
    "I asked the preacher if there's baseball in heaven. He said the good news is yes, darlin', and the bad news is *you're pitchin' on Sunday*.",
  ],
  sum: 'I do declare, that comes to **{sum}**. Mama never let us leave the table without our arithmetic.',
  openings: [
    'Well, bless your heart for askin\' *"{topic}"*. Let me see now.',
    '*"{topic}"*, sugar? I do declare, that takes me right back.',
    'Now honey, *"{topic}"* is a matter on which a lady has opinions.',
  ],
  thoughts: [
    "I could put on airs and pretend to know, but Mama raised me better than that. What I *can* tell you is how we settle such things on this porch:\n\n1. **Sit down first.** Nothin' was ever understood standin' up.\n2. **Ask somebody's grandmother.** She knew before you were born.\n3. **Sleep on it**, and see if it still matters come mornin'.",
    'Now a proper model would hand you facts on a silver tray. All I have is good sense and a pitcher of tea, and good sense says: find out *who wants to know*, and *what they mean to do about it*. The rest just falls in line, sugar.',
    "There's the short answer, there's the true answer, and there's the one you give in company. They are seldom the same, darlin', and **a person of breedin' knows all three**. Me, I only know that they exist.",
  ],
  list: {
    intro: 'Here you go, darlin\', *"{topic}"*, written out in my best hand:',
    items: [
      "**Start with a glass of somethin' cold.** Nobody ever rushed into a thing and did it well.",
      '**Say what you want, plain and polite.** You would be surprised how often that is enough.',
      "**Call on somebody who knows.** Bring a pie, and they'll tell you everything.",
      "**Lay out your things the night before**, as if it were church in the mornin'.",
      "**Do the chore you're dreadin' first**, sugar, and the day is yours.",
      '**Mind the little things.** The big ones are only little things in a fancy hat.',
      "**Take it slow.** Molasses gets there, and it's sweeter than most.",
      '**Write it down on a nice card.** A thing well written is half done.',
      '**Let it rest overnight**, like any decent dough.',
      '**Ask your sister what she honestly thinks**, and forgive her afterwards.',
      '**Send a thank-you note.** There is always somebody to thank.',
      "**Then put your feet up**, for you have earned that rockin' chair.",
    ],
  },
  table: {
    intro: "I set them side by side for you, like two cousins at a weddin':",
    rows: [
      ['First impression', "Charmin', and knows it", 'Shy, but look at those manners'],
      ['What it asks of you', 'A kind word now and then', 'Patience, and a good chair'],
      ['At its best', 'On a Saturday night', 'On a Sunday afternoon'],
      ['Its weak side', 'Talks over everybody', "Never says what's wrong"],
      ['Would Mama approve?', 'She would smile politely', "She'd ask it to supper"],
    ],
  },
  code: {
    intro:
      'Now don\'t you look so surprised, sugar. I haven\'t got *"{topic}"* in the house, but I keep my code as tidy as my linen, and this came out of the same drawer:',
    outro:
      "Pressed, folded, and not a thing in it that it doesn't need. There's a button to copy it, up in the corner.",
  },
  story: `
# A long tale of {topic}, as told on the porch

## Before the lemonade

Now settle in, sugar, because this one doesn't hurry. It was the summer when the heat came early and the preacher
cut his sermons short, and nobody in the county had given one thought to {topic}. We had the fair to think about, and
Miss Adelaide's hat, which was large enough to need thinking about.

Then a stranger stepped off the noon bus with a suitcase tied up in string. He took off his hat to the ladies, he
asked for a glass of water, and he said, as if it were the most ordinary thing in the world, that he had come about
{topic}. Well! You could have heard a biscuit drop.

## What Miss Adelaide did

Miss Adelaide was the first to recover, as she generally was. She said that no man ever came about a thing like that
on an empty stomach, and she marched him up to her porch and fed him until he could not get away. By the third helping
he had told her his name, his mother's name, and most of his business.

By supper the whole street was there, quite by accident. The Beaumont twins had brought their fiddles. Old Doctor Tate
had brought his ear trumpet, and held it the wrong way round. And every one of them, it turned out, had an opinion on
{topic} that they had been savin' for just such an evenin'.

## The trouble, for there is always trouble

It was the hat that did it. The wind got up, as it will in August, and lifted that hat clean off Miss Adelaide and set
it down in the river, where it floated off like a duchess leavin' a party. And that stranger, bless him, went in after
it in his only suit.

He came out with the hat, one shoe, and a catfish that nobody had asked for. He stood there drippin', and he bowed,
and he said: "Ma'am, I have seen the world, and I have never seen {topic} treated with so much courtesy." There was
not a dry eye on the bank, though in his case that was the river.

## And after

Well, he stayed, of course. They generally do. He married one of the Beaumont twins, I forget which, and so did he
now and then. The suitcase turned out to hold nothin' but paper, and on every sheet of it he had written down a
question, and under each of them, that winter, he wrote: *Ask Adelaide*.

She kept the hat. It never was the same shape again, and she wore it every Sunday for thirty years, and if you looked
at it twice she would lean over and whisper: "That, darlin', was the summer of {topic}." More tea?
`,
  closings: [
    "And that's all she wrote, sugar.",
    "You just holler if you want it some other way, darlin'.",
    'Now tell me, how is your mama?',
  ],
  notice: {
    full: "Now, a lady is honest: **I'm only a demo**, sugar, not a real language model. I speak in pieces that were sewn beforehand.",
    short: "I'm still only the demo model, bless my heart.",
  },
};
