/** What a form was answered, as Turbo wraps it. */
export interface Answer {
  readonly failed: boolean;
  readonly serverError: boolean;
  readonly contentType: string | null;
}

export type BeforeFetchResponse = CustomEvent<{ readonly fetchResponse: Answer }>;

/** An error page, perhaps a proxy's. What a form is refused for on the page itself comes as a turbo-stream. */
export function isErrorPage({ failed, contentType }: Answer): boolean {
  return failed && !contentType?.startsWith('text/vnd.turbo-stream.html');
}
