/**
 * Carries out turbo-streams that nobody on this page has asked for. Turbo's own way gives the focus back to where it was
 * when they came, however it moved since. In the head nothing is laid out for the elements, which are gone with the next
 * repaint.
 */
export function carryOut(streams: string): void {
  const template = document.createElement('template');
  template.innerHTML = streams;
  document.head.append(template.content);
}
