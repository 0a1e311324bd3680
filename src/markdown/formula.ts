import temml from 'temml';
import { drawnOnce } from './drawn-once.ts';

/** In UTF-16 units. Longer formulas stay text. */
export const LONGEST_FORMULA = 2_000;

/** How far macros that a formula defines may unfold. */
const MOST_EXPANSIONS = 200;

/** In em, for widths and heights. */
const LARGEST_SIZE = 30;

const ELEMENTS = new Set(
  `math semantics mrow mi mn mo ms mtext mspace mfrac msqrt mroot msub msup msubsup mmultiscripts mprescripts none munder
  mover munderover mpadded mphantom mstyle menclose merror mtable mtr mtd`.split(/\s+/),
);

const ATTRIBUTES = new Set(
  `display class mathvariant stretchy fence form separator symmetric largeop movablelimits accent accentunder lspace rspace
  width height depth voffset minsize maxsize linethickness displaystyle scriptlevel notation`.split(/\s+/),
);

/** Lines at the sides of cells and formulas, which Temml draws by style attributes. */
const LINES = { top: /border-top:/, right: /border-right:/, bottom: /border-bottom:/, left: /border-left:/ };

/**
 * Turns TeX into MathML that is safe whatever the formula says: nothing but known elements and attributes, without
 * links, ids and styles, and of no monstrous size.
 * @returns `undefined` where the formula cannot be understood
 */
export function formula(tex: string, manner: 'inline' | 'display'): string | undefined {
  return tex.length > LONGEST_FORMULA ? undefined : draw(tex, manner);
}

const draw = drawnOnce((tex, manner) => {
  try {
    const mathml = temml.renderToString(tex, {
      displayMode: manner === 'display',
      throwOnError: true,
      maxExpand: MOST_EXPANSIONS,
      maxSize: [LARGEST_SIZE, LARGEST_SIZE],
    });
    return mathml.replace(/<(\/?)([a-z]+)([^<>]*)>/g, safeTag);
  } catch {
    // Temml throws for whatever it does not know, also beside its own ParseError: the source is shown then.
    return undefined;
  }
});

/** What is no MathML goes, and what it holds stays. */
function safeTag(_tag: string, slash: string, name: string, attributes: string): string {
  if (!ELEMENTS.has(name)) return '';
  const known = [...attributes.matchAll(/ ([a-z]+)="([^"]*)"/g)].flatMap(([, attribute = '', value = '']) => {
    if (attribute === 'style') return classesOf(value);
    return ATTRIBUTES.has(attribute) && isSafe(value) ? { attribute, value } : [];
  });
  const classes = known.filter(({ attribute }) => attribute === 'class').map(({ value }) => value);
  const others = known.filter(({ attribute }) => attribute !== 'class');
  if (classes.length > 0) others.push({ attribute: 'class', value: classes.join(' ') });
  return `<${slash}${name}${others.map(({ attribute, value }) => ` ${attribute}="${value}"`).join('')}>`;
}

/** The page's Content-Security-Policy forbids style attributes. */
function classesOf(style: string): { attribute: 'class'; value: string }[] {
  const sides = Object.entries(LINES).flatMap(([side, line]) => (line.test(style) ? `line-${side}` : []));
  const classes = /border:/.test(style) ? ['boxed'] : sides;
  return classes.map(value => ({ attribute: 'class', value }));
}

/** Words and sizes: `tml-sml-pad upstrike`, `0.2778em`, `-0.5width`. */
function isSafe(value: string): boolean {
  const numbers = value.match(/\d+(?:\.\d+)?/g) ?? [];
  return /^[\w .%+-]*$/.test(value) && numbers.every(number => Number(number) <= LARGEST_SIZE);
}
