import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Signs the name of a stream in the format of Rails' message verifier, which AnyCable reads too:
 * `base64(JSON) + "--" + hex(HMAC-SHA256)`.
 */
export function signStreamName(key: string, name: string): string {
  const data = Buffer.from(JSON.stringify(name)).toString('base64');
  return `${data}--${digest(key, data)}`;
}

/** @returns the name, or `undefined` when it was not signed with this key */
export function verifyStreamName(key: string, signed: string): string | undefined {
  const [data = '', signature = '', ...rest] = signed.split('--');
  const expected = Buffer.from(digest(key, data));
  const given = Buffer.from(signature);
  if (rest.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected))
    return undefined;
  const name: unknown = JSON.parse(Buffer.from(data, 'base64').toString());
  return typeof name === 'string' ? name : undefined;
}

function digest(key: string, data: string): string {
  return createHmac('sha256', key).update(data).digest('hex');
}
