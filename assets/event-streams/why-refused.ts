/** What servers and proxies say of an address too long for them, each in its own words. */
const TOO_LONG = [414, 431];

export const TOO_LONG_FOR_ADDRESS = 'This is too long for an address.';

/** Why the server gives no event stream, as a sentence: that of its error page, where it has one. */
export async function whyRefused(response: Response): Promise<string> {
  if (TOO_LONG.includes(response.status)) return TOO_LONG_FOR_ADDRESS;
  const body = await response.text().catch(() => '');
  const page = new DOMParser().parseFromString(body, 'text/html');
  return page.querySelector('h1')?.textContent || `The server refused this (${response.status}).`;
}
