import Markdown, { type MarkdownIt, type Token } from 'markdown-it';

/** How the text of an item begins that is a task. */
const BOX = /^\[([ xX])\][ \t]+/;

/** Draws `- [ ] to do` and `- [x] done` as checkboxes, labelled by the text of their item. */
export function taskLists(markdownIt: MarkdownIt): void {
  markdownIt.core.ruler.push('task_lists', ({ tokens }) => {
    for (const [index, { children }] of tokens.entries()) {
      const [item, paragraph] = [tokens[index - 2], tokens[index - 1]];
      if (item?.type !== 'list_item_open' || paragraph?.type !== 'paragraph_open' || !children) continue;
      const [box, mark] = BOX.exec(children[0]?.type === 'text' ? children[0].content : '') ?? [];
      if (!box || (children.length === 1 && children[0]?.content === box)) continue;
      item.attrJoin('class', 'task');
      children.splice(0, 1, ...boxBefore(children[0], box.length, mark !== ' '));
      children.push(new Markdown.Token('label_close', 'label', -1));
    }
  });
}

function boxBefore(text: Token | undefined, length: number, isDone: boolean): Token[] {
  const label = new Markdown.Token('label_open', 'label', 1);
  const box = new Markdown.Token('checkbox', 'input', 0);
  box.attrs = [
    ['type', 'checkbox'],
    ['disabled', ''],
    ...(isDone ? [['checked', ''] satisfies [string, string]] : []),
  ];
  const rest = new Markdown.Token('text', '', 0);
  rest.content = text?.content.slice(length) ?? '';
  return [label, box, rest];
}
