const FORBIDDEN = 403;

/** The signed name of the stream that a subscription follows. */
export function streamNameOf(identifier: string): string {
  return JSON.parse(identifier).signed_stream_name;
}

/** @param url the cable's */
export function addressOf(url: string, what: 'events' | 'catch_up', streamNames: readonly string[]): string {
  const address = new URL(url);
  address.pathname += `/${what}`;
  for (const name of streamNames) address.searchParams.append('stream', name);
  return address.href;
}

/** What comes between a page and its server may answer in the server's place, and say that all is well. */
export function isOf(type: string, { ok, headers }: Response): boolean {
  return ok && headers.get('content-type')?.startsWith(type) === true;
}

/** It may refuse in the server's place as well, which says nothing of who may follow what. */
export function isRefusal({ status, headers }: Response): boolean {
  return status === FORBIDDEN && headers.has('cable-server');
}
