const TURBO_STREAM = 'text/vnd.turbo-stream.html, text/html, application/xhtml+xml';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

type Form = Readonly<Record<string, string>>;

/** Somebody with a cookie jar and no JavaScript, over real HTTP. Redirects are not followed. */
export class Visitor {
  readonly #url: string;
  cookie = '';

  constructor(url: string) {
    this.#url = url;
  }

  async get(path: string, headers: Form = {}): Promise<Answer> {
    return await this.#send(path, { headers });
  }

  async post(path: string, form: Form = {}, headers: Form = {}): Promise<Answer> {
    return await this.#send(path, { method: 'POST', body: new URLSearchParams(form), headers });
  }

  /** Posts as Turbo does, which takes turbo-streams for an answer. */
  async postAsTurbo(path: string, form: Form = {}, headers: Form = {}): Promise<Answer> {
    return await this.post(path, form, { accept: TURBO_STREAM, ...headers });
  }

  /** Starts a conversation. @returns its path */
  async startConversation(content: string, bot = 'ChatBot'): Promise<string> {
    const { headers, status, body } = await this.post('/conversations', { content, bot });
    const location = headers.get('location');
    if (status !== 303 || !location) throw new Error(`The conversation did not start: ${status} ${body}`);
    return new URL(location, this.#url).pathname;
  }

  async #send(path: string, init: RequestInit & { headers: Form }): Promise<Answer> {
    const headers = this.cookie ? { cookie: this.cookie, ...init.headers } : init.headers;
    const response = await fetch(new URL(path, this.#url), { ...init, headers, redirect: 'manual' });
    const cookie = response.headers.getSetCookie()[0];
    if (cookie) this.cookie = cookie.split(';')[0] ?? '';
    return { status: response.status, headers: response.headers, body: await response.text() };
  }
}
