import { escapeHtml } from './escape-html.ts';

export const TURBO_STREAM_TYPE = 'text/vnd.turbo-stream.html';

/**
 * Which thing a step changes, and from which of its versions to which; without `from` the step brings the thing whole.
 * A step without `of` changes the message that its target is in: live frames are many, and name it once.
 */
export interface Step {
  readonly of?: string;
  readonly from?: number;
  readonly version: number;
  /** It replaces the thing by what is not being written any more. */
  readonly isFinal?: boolean;
}

export interface TurboStream {
  readonly action:
    | 'append'
    | 'prepend'
    | 'after'
    | 'replace'
    | 'update'
    | 'remove'
    | 'refresh'
    | 'catch_up'
    | 'caught_up';
  /** An element's id. */
  readonly target?: string;
  /** A CSS selector, in place of the id. */
  readonly targets?: string;
  readonly method?: 'morph';
  readonly step?: Step;
  /** HTML, put into the element's template as it is. */
  readonly html?: string;
}

/** Draws a `<turbo-stream>` element. */
export function turboStream({ action, target, targets, method, step, html }: TurboStream): string {
  const attributes = {
    action,
    target,
    targets,
    method,
    'data-of': step?.of,
    'data-from': step?.from,
    'data-version': step?.version,
    'data-final': step?.isFinal ? '' : undefined,
  };
  const template = html === undefined ? '' : `<template>${html}</template>`;
  return `<turbo-stream${Object.entries(attributes).map(attribute).join('')}>${template}</turbo-stream>`;
}

function attribute([name, value]: [string, string | number | undefined]): string {
  return value === undefined ? '' : ` ${name}="${escapeHtml(String(value))}"`;
}
