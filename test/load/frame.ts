import { contentFrom } from './drawn-html.ts';
import { findMarks, findRequest, type Instant, type Mark } from './marks.ts';

/** What one message on the socket carries. */
export interface Frame {
  readonly html: string;
  readonly steps: readonly Step[];
  readonly marks: readonly Mark[];
  readonly requestAt: Instant | undefined;
}

/** A `<turbo-stream>` element. */
export interface Step {
  readonly action: string;
  /** An element's id. */
  readonly target: string | undefined;
  /** A selector, in place of the id. */
  readonly targets: string | undefined;
  /** The id of the element whose version it changes; `undefined` for a step without one. */
  readonly of: string | undefined;
  readonly from: number | undefined;
  readonly version: number;
  readonly html: string;
}

/** A message as its HTML shows it. */
export interface Article {
  readonly id: string;
  readonly role: string;
  readonly status: string;
  readonly version: number;
  /** The HTML of its text. */
  readonly body: string;
}

const STREAM = /<turbo-stream([^<>]*)>(?:<template>(.*?)<\/template>)?<\/turbo-stream>/gs;
const ARTICLE = /<article ([^<>]*)>(.*?)<\/article>/gs;
const BODY = /<div [^<>]*id="message_[^"]*_body"[^<>]*>/;
/** The message around a target that is inside of it. */
const MESSAGE = /^#?(message_[^_>&]+)_/;
const KEPT_FRAMES = 64;

const kept = new Map<string, Frame>();

/** Reads a frame. The readers of one stream all get the same, so it is read once for all of them. */
export function readFrame(html: string): Frame {
  const known = kept.get(html);
  if (known) return known;
  const frame = { html, steps: findSteps(html), marks: findMarks(html), requestAt: findRequest(html) };
  kept.set(html, frame);
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT_FRAMES) break;
    kept.delete(oldest);
  }
  return frame;
}

function findSteps(html: string): Step[] {
  return [...html.matchAll(STREAM)].map(([, tag = '', content = '']) => {
    const attributes = attributesOf(tag);
    const from = attributes.get('data-from');
    return {
      action: attributes.get('action') ?? '',
      target: attributes.get('target'),
      targets: attributes.get('targets')?.replaceAll('&gt;', '>'),
      of:
        attributes.get('data-of') ??
        MESSAGE.exec(attributes.get('target') ?? attributes.get('targets') ?? '')?.[1],
      from: from === undefined ? undefined : Number(from),
      version: Number(attributes.get('data-version')),
      html: content,
    };
  });
}

/** The messages that are drawn in this HTML, in its order. */
export function findArticles(html: string): Article[] {
  return [...html.matchAll(ARTICLE)].map(([, tag = '', content = '']) => {
    const attributes = attributesOf(tag);
    const body = BODY.exec(content);
    return {
      id: attributes.get('id') ?? '',
      role: attributes.get('data-role') ?? '',
      status: attributes.get('data-status') ?? '',
      version: Number(attributes.get('data-version')),
      body: body ? contentFrom(content, body.index + body[0].length) : '',
    };
  });
}

function attributesOf(tag: string): Map<string, string> {
  return new Map([...tag.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]));
}
