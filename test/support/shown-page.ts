import {
  type DefaultTreeAdapterTypes,
  parse,
  parseFragment,
  serialize,
  defaultTreeAdapter as tree,
} from 'parse5';

type Parent = DefaultTreeAdapterTypes.ParentNode;
type Child = DefaultTreeAdapterTypes.ChildNode;
type Element = DefaultTreeAdapterTypes.Element;

/** Between the children of these, line breaks mean nothing. */
const CONTAINERS = new Set(['ul', 'ol', 'li', 'blockquote', 'div', 'table', 'thead', 'tbody', 'tr']);

/** From an element by its id to the last child so many times, and perhaps to the last few children there. */
const SELECTOR = /^#([\w-]+)((?:>:last-child)*)(?:>:nth-last-child\(-n\+(\d+)\))?$/;

/** A page as a browser reads it, on which turbo-streams are carried out. */
export class ShownPage {
  readonly #root: Parent;

  constructor(html: string) {
    this.#root = parse(html);
  }

  /** @throws when a stream's target is not there */
  carryOut(streams: string): void {
    for (const stream of elementsIn(parseFragment(streams), 'turbo-stream')) {
      for (const target of this.#targetsOf(stream))
        perform(attribute(stream, 'action'), target, contentOf(stream));
    }
  }

  /** What is in the element with this id, without line breaks that mean nothing. */
  html(id: string): string {
    return meaningful(serialize(this.#byId(id)));
  }

  #byId(id: string): Element {
    const found = elementsIn(this.#root).find(element => attribute(element, 'id') === id);
    if (!found) throw new Error(`There is no ${id}.`);
    return found;
  }

  #targetsOf(stream: Element): Element[] {
    const target = attribute(stream, 'target');
    if (target !== undefined) return [this.#byId(target)];
    const selector = attribute(stream, 'targets') ?? '';
    const [, id = '', way = '', count] = SELECTOR.exec(selector) ?? [];
    let place = this.#byId(id);
    for (const _step of way.matchAll(/>/g)) {
      const last = place.childNodes.findLast(tree.isElementNode);
      if (!last) throw new Error(`There is no ${selector}.`);
      place = last;
    }
    if (count === undefined) return [place];
    const children = place.childNodes.filter(tree.isElementNode);
    if (children.length < Number(count)) throw new Error(`There are no ${selector}.`);
    return children.slice(children.length - Number(count));
  }
}

/** The HTML as a browser reads it, without line breaks that mean nothing. */
export function meaningful(html: string): string {
  const fragment = parseFragment(html);
  tidy(fragment);
  return serialize(fragment);
}

function tidy(node: Parent): void {
  const isContainer = !tree.isElementNode(node) || CONTAINERS.has(node.tagName);
  for (const child of [...node.childNodes]) {
    if (tree.isElementNode(child)) tidy(child);
    else if (isContainer && tree.isTextNode(child) && /^\n*$/.test(child.value)) tree.detachNode(child);
  }
}

function perform(action: string | undefined, target: Element, added: readonly Child[]): void {
  const parent = target.parentNode;
  if (action === 'append') for (const child of added) move(child, target);
  else if (action === 'prepend') insert(added, target, target.childNodes[0]);
  else if (action === 'after' && parent) insert(added, parent, next(target));
  else if (action === 'remove') tree.detachNode(target);
  else if (action === 'replace' && parent) {
    for (const child of added) {
      tree.detachNode(child);
      tree.insertBefore(parent, child, target);
    }
    tree.detachNode(target);
  } else throw new Error(`${action} is not known here.`);
}

function insert(added: readonly Child[], parent: Parent, before: Child | undefined): void {
  for (const child of added) {
    tree.detachNode(child);
    if (before) tree.insertBefore(parent, child, before);
    else tree.appendChild(parent, child);
  }
}

function next(element: Element): Child | undefined {
  const siblings = element.parentNode?.childNodes ?? [];
  return siblings[siblings.indexOf(element) + 1];
}

function contentOf(stream: Element): Child[] {
  const template = stream.childNodes.find(node => node.nodeName === 'template');
  return template && 'content' in template ? [...template.content.childNodes] : [];
}

function move(child: Child, parent: Parent): void {
  tree.detachNode(child);
  if (tree.isTextNode(child)) tree.insertText(parent, child.value);
  else tree.appendChild(parent, child);
}

function elementsIn(node: Parent, name?: string): Element[] {
  return node.childNodes.filter(tree.isElementNode).flatMap(element => {
    const inside = elementsIn(element, name);
    return name === undefined || element.tagName === name ? [element, ...inside] : inside;
  });
}

function attribute(element: Element, name: string): string | undefined {
  return element.attrs.find(attr => attr.name === name)?.value;
}
