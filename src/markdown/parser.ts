import Markdown, { type MarkdownIt, type MarkdownItOptions } from 'markdown-it';
import { blockMarkup } from './block-markup.ts';
import { halfOpen } from './half-open.ts';
import { linkHosts } from './link-hosts.ts';
import { math, mathBlocks } from './math.ts';
import { openRow } from './open-row.ts';
import { safeLinks } from './safe-links.ts';
import { taskLists } from './task-lists.ts';

const OPTIONS: MarkdownItOptions = {
  html: false,
  linkify: true,
  // Models end a line where they want one to end (verse, addresses, short lists); they do not wrap prose.
  breaks: true,
};

/** Turns Markdown into the HTML of a reply, which is safe whatever the text says. */
export const parser = linkingPlainUrls(new Markdown(OPTIONS))
  .use(math)
  .use(halfOpen)
  .use(safeLinks)
  .use(linkHosts)
  .use(taskLists)
  .use(openRow)
  .use(blockMarkup);

/**
 * Finds blocks and link reference definitions by the same rules and leaves the text inside of blocks alone. Unlike
 * the parser's, its tokens include the definitions, which draw nothing.
 */
export const outliner = new Markdown(OPTIONS).use(mathBlocks);
outliner.core.ruler.enableOnly(['normalize', 'block']);

/** Only `https://…` and `http://…` in plain text become links: "README.md" and "a@b.c" are seldom meant as such. */
function linkingPlainUrls(markdownIt: MarkdownIt): MarkdownIt {
  markdownIt.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
  markdownIt.linkify.add('//', null).add('ftp:', null).add('mailto:', null);
  return markdownIt;
}
