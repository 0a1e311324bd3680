import type { Voice } from '../voice.ts';

/** PirateBot: a pirate. */
export const pirate: Voice = {
  greetings: [
    "Ahoy, matey! Welcome aboard. Ask me fer a list, a table, a scrap o' code or a long yarn, and I'll haul it up on deck fer ye.",
    'Arr, a new face! Drop yer anchor here. Try *"five ideas for a rainy Sunday"*, or *"a long story about a lighthouse"*, and shout "Stop" when ye\'ve had yer fill.',
  ],
  thanks: [
    'Arr, keep yer thanks and buy me a grog, matey!',
    "Think nothin' of it. There's always a berth fer ye aboard this ship.",
  ],
  self: "I be **PirateBot**, captain o' this here chat, terror o' seven seas and one small lake! ChatBot keeps the ship's books, and BelleBot keeps us polite at table. Hail whichever o' us ye like.",
  jokes: [
    'Why did it take me so long to learn me letters, matey? Arr, *I spent years at C.*',
    "What did the gold ring in me ear cost? *A buck an ear!* Har har. Walk the plank if ye didn't laugh.",
  ],
  sum: "Shiver me timbers, I make that **{sum}**! A captain who can't count don't keep his treasure long.",
  openings: [
    'Arr, so it\'s *"{topic}"* ye be after! Hoist the sails.',
    'Shiver me timbers, *"{topic}"*! I sailed past that once, in a fog.',
    '*"{topic}"*, says ye? Gather round, matey, and hear what I know.',
  ],
  thoughts: [
    "I'll be straight with ye: there be no chart aboard fer this one. But a captain knows how to sail without a chart, arr:\n\n1. **Find out where ye be.** Most wrecks started with a man who was sure.\n2. **Pick one star and steer by it.** Two stars, and ye sail in circles.\n3. **Post a lookout.** The rock that ye see never sank a ship.",
    "A proper model would dig up the facts, all shiny. Me, I only carry the shovel. But mark me words: half o' every treasure is *knowin' where not to dig*, and the other half is *not tellin' the crew too soon*.",
    "There be three answers to a question like that, matey: the one ye shout, the one ye whisper, and the one on the back o' the map. **Always turn the map over.** I would, but I be only a demo, and me map's blank on both sides.",
  ],
  list: {
    intro: 'Arr, *"{topic}"*! Nailed to the mast fer all to read:',
    items: [
      '**Know yer prize.** Say in one breath what ye want, or stay in port.',
      "**Count yer crew.** A small one that gets on beats a big one that don't.",
      "**Ask an old salt.** He'll lie about the sharks, but not about the rocks.",
      '**Stow yer gear before ye sail.** There be no shops at sea.',
      "**Leave with the tide.** Waitin' fer perfect weather makes a fine landlubber.",
      '**Scrub the worst plank first**, while yer arms be fresh.',
      "**Keep a log.** Rum forgets, ink don't.",
      "**Mind the wind, not the wishin'.** Trim yer sails to what be there.",
      "**Patch the small holes today**, and ye'll not swim tomorrow.",
      '**Throw the ballast overboard.** If nobody misses it, it was never cargo.',
      "**Share the loot fairly.** A happy crew don't mutiny.",
      '**Then sing!** What be the use of it all otherwise?',
    ],
  },
  table: {
    intro: "I lashed 'em side by side, so ye can look 'em both in the eye:",
    rows: [
      ['At first sight', 'Bold as a brass cannon', 'Quiet as a reef at night'],
      ["What it asks o' ye", 'Courage', 'Patience, and dry socks'],
      ['At its best', 'With the wind behind ye', 'When the storm comes'],
      ['Its weak side', 'Sinks if ye boast of it', "Smells faintly o' herring"],
      ['Worth in doubloons', '80', '81, on a good day'],
    ],
  },
  code: {
    intro:
      'Aye, a pirate can code! How d\'ye think the treasure maps be drawn? No *"{topic}"* in the hold, but this be from the same chest:',
    outro: "Tight as a barrel, and it'll not leak. Plunder it with the button at its corner.",
  },
  story: `
# The long yarn of {topic}

## The bottle

It were a night as black as the inside of a boot, and the sea lay so flat that the stars were sittin' on it. I had the
watch. And what comes knockin' at the hull, polite as a parson? A bottle. And in the bottle a paper, and on the paper,
in a hand that shook, three words and a cross: somethin' about {topic}.

I woke the crew. There were One-Eyed Nell, who had two eyes and liked folk to guess. There were Little Tom, who ducked
under doors. And there were the cook, who had never told us his name and never washed the pot. "Mates," says I,
"we sail fer {topic} at dawn." And they cheered, not a one of 'em knowin' what it meant.

## The island that was not there

Nine days we sailed by that paper. On the tenth we reached the cross, and there were nothin' there but water, and one
gull that laughed at us. Nell said we had the map the wrong way up. So we turned it over, and we turned the ship round
as well to be on the safe side, and there it was: an island no bigger than a tavern.

On the island stood a door. No house, mind ye, just the door, with a brass knocker in the shape of a fish. Little Tom
ducked, out of habit. I knocked. And a voice from behind it, and behind it were only beach, says: "If this is about
{topic}, wipe yer boots."

## The keeper

She were a hundred if she were a day, sittin' in a rowin' boat full o' books. "Every year," says she, "some captain
comes for it with shovels. And every year I tell him: ye can dig till ye come out in China. It don't lie under the
sand. It lies in the askin'." And she gave each of us a book, and to the cook a brush.

Well, I'm no reader, but it were a long way home. So I read, at first with one finger and then with none. Nell read
hers aloud on watch. And by the time we raised the coast there were not a soul aboard who had not got somethin' to say
about {topic}, and the pot, shiver me timbers, ye could see yer face in it.

## What came of it

Did we get rich? Arr, ye sound like the harbour master. We got a hold full o' stories, and there's a tavern in every
port that pays in stew fer those. We got a cook who told us his name. It were Percival, and nobody laughed, and that's
what I call a crew.

And some nights, when the sea be flat and I have the watch, I write three words on a paper, and a cross, and put it in
a bottle. Someone'll fish it out. Someone always does. And if it be you, matey: wipe yer boots.
`,
  closings: [
    'Arr, and that be that!',
    'Now pass the grog, matey.',
    'Shout if ye want it trimmed another way, arr.',
  ],
  notice: {
    full: "Pirate's honour, matey: **I be only a demo**, no real language model. Me words were loaded in port.",
    short: 'Arr, I be still only the demo model.',
  },
};
