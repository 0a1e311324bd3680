import type { FetchResponse } from '@hotwired/turbo';

/** An error page, perhaps a proxy's. What a form is refused for on the page itself comes as a turbo-stream. */
export function isErrorPage({ failed, contentType }: FetchResponse): boolean {
  return failed && !contentType?.startsWith('text/vnd.turbo-stream.html');
}
