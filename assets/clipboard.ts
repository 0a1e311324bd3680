/**
 * Puts a text into the clipboard that may be still on its way: Safari wants that to begin within the click.
 * @returns whether it is there
 */
export async function copyText(text: Promise<string>): Promise<boolean> {
  try {
    const blob = text.then(words => new Blob([words], { type: 'text/plain' }));
    await navigator.clipboard.write([new ClipboardItem({ 'text/plain': blob })]);
    return true;
  } catch {
    return copySelected(await text);
  }
}

/** Over plain HTTP, as in a home network, browsers offer no clipboard but for what is selected. */
function copySelected(text: string): boolean {
  const field = document.createElement('textarea');
  const { activeElement } = document;
  field.value = text;
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand('copy');
  field.remove();
  if (activeElement instanceof HTMLElement) activeElement.focus({ preventScroll: true });
  return isCopied;
}
