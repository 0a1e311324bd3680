import { type DefaultTreeAdapterTypes, parse, defaultTreeAdapter as tree } from 'parse5';
import { type Answer, Visitor } from './visitor.ts';

type Parent = DefaultTreeAdapterTypes.ParentNode;
type Element = DefaultTreeAdapterTypes.Element;

/** Where on the page, by an element's id, and what is filled in. */
interface Pressing {
  readonly within?: string;
  readonly fields?: Readonly<Record<string, string>>;
}

/** What a browser without JavaScript does with pages: follows their links and sends their forms, over real HTTP. */
export class PlainBrowser {
  readonly #visitor: Visitor;
  #url: URL;
  #page: readonly Element[] = [];
  /** What came last, not counting what led on. */
  answer: Answer | undefined;

  constructor(url: string) {
    this.#visitor = new Visitor(url);
    this.#url = new URL(url);
  }

  /** Where it is, with what comes after `#`. */
  get address(): string {
    const { pathname, search, hash } = this.#url;
    return pathname + search + hash;
  }

  /** Opens the page at this path, or at the one to which that leads. */
  async visit(path: string): Promise<void> {
    this.#url = new URL(path, this.#url);
    await this.#show(await this.#visitor.get(this.#url.pathname + this.#url.search));
  }

  /** Follows the first link of this name. */
  async follow(name: string | RegExp, within?: string): Promise<void> {
    const link = this.#named('a', name, within);
    await this.visit(attribute(link, 'href') ?? '');
  }

  /** Presses the first button of this name, and so sends its form. */
  async press(name: string, { within, fields = {} }: Pressing = {}): Promise<void> {
    const button = this.#named('button', name, within);
    const form = this.#formWith(each => elementsIn(each).includes(button));
    await this.#send(form, { ...fields, ...sentBy(button) }, attribute(button, 'formaction'));
  }

  /** Presses Enter in the field of this name, once it has this value. */
  async enter(name: string, value: string): Promise<void> {
    await this.#send(
      this.#formWith(each => name in fieldsOf(each)),
      { [name]: value },
    );
  }

  /** The texts of all elements of this class, without blanks around them. */
  texts(className: string): string[] {
    return this.#page.filter(each => hasClass(each, className)).map(textOf);
  }

  /** What is filled into the field of this name. */
  value(name: string): string | undefined {
    return fieldsOf(this.#formWith(each => name in fieldsOf(each)))[name];
  }

  /** An attribute of the element with this id, or of the first button or link that is called so. */
  attribute(idOrName: string, name: string): string | undefined {
    const found = this.#page.find(
      each => attribute(each, 'id') === idOrName || (isControl(each) && nameOf(each) === idOrName),
    );
    return found && attribute(found, name);
  }

  /** Whether this stands anywhere on the page, also where it is folded. */
  says(text: string): boolean {
    return textOf(this.#body()).includes(text);
  }

  #body(): Element {
    const body = this.#page.find(({ tagName }) => tagName === 'body');
    if (!body) throw new Error(`There is no page at ${this.address}.`);
    return body;
  }

  #named(tag: 'a' | 'button', name: string | RegExp, within?: string): Element {
    const isIt = (each: string) => (typeof name === 'string' ? each === name : name.test(each));
    const place = within ? this.#page.find(each => attribute(each, 'id') === within) : this.#body();
    const found = place && elementsIn(place).find(each => each.tagName === tag && isIt(nameOf(each)));
    if (!found) throw new Error(`There is no ${tag} ${name} at ${this.address}.`);
    return found;
  }

  #formWith(isIt: (form: Element) => boolean): Element {
    const form = this.#page.find(each => each.tagName === 'form' && isIt(each));
    if (!form) throw new Error(`There is no such form at ${this.address}.`);
    return form;
  }

  async #send(form: Element, filled: Pressing['fields'], way = attribute(form, 'action')): Promise<void> {
    const path = way ?? this.address;
    const data = { ...fieldsOf(form), ...filled };
    if (attribute(form, 'method') !== 'post') return await this.visit(`${path}?${new URLSearchParams(data)}`);
    const referer = this.#url.href;
    this.#url = new URL(path, this.#url);
    await this.#show(await this.#visitor.post(path, data, { referer }));
  }

  async #show(answer: Answer): Promise<void> {
    const location = answer.headers.get('location');
    if (location) return await this.visit(location);
    this.answer = answer;
    this.#page = elementsIn(parse(answer.body));
  }
}

function isControl({ tagName }: Element): boolean {
  return tagName === 'a' || tagName === 'button';
}

function nameOf(element: Element): string {
  return attribute(element, 'aria-label') ?? attribute(element, 'title') ?? textOf(element);
}

/** What the form would send by itself. */
function fieldsOf(form: Element): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const element of elementsIn(form)) {
    const isOther = attribute(element, 'type') === 'radio' && attribute(element, 'checked') === undefined;
    const name = attribute(element, 'name');
    if (name === undefined || isOther) continue;
    if (element.tagName === 'input') fields[name] = attribute(element, 'value') ?? '';
    if (element.tagName === 'textarea') fields[name] = textOf(element);
    if (element.tagName === 'select') fields[name] = chosenIn(element);
  }
  return fields;
}

function chosenIn(select: Element): string {
  const chosen = elementsIn(select).find(each => attribute(each, 'selected') !== undefined);
  return (chosen && attribute(chosen, 'value')) ?? '';
}

function sentBy(button: Element): Record<string, string> {
  const name = attribute(button, 'name');
  return name === undefined ? {} : { [name]: attribute(button, 'value') ?? '' };
}

function elementsIn(node: Parent): Element[] {
  return node.childNodes.filter(tree.isElementNode).flatMap(element => [element, ...elementsIn(element)]);
}

function textOf(node: Parent): string {
  const text = (each: Parent): string =>
    each.childNodes
      .map(child => (tree.isTextNode(child) ? child.value : tree.isElementNode(child) ? text(child) : ''))
      .join('');
  return text(node).trim();
}

function hasClass(element: Element, name: string): boolean {
  return attribute(element, 'class')?.split(' ').includes(name) ?? false;
}

function attribute(element: Element, name: string): string | undefined {
  return element.attrs.find(attr => attr.name === name)?.value;
}
