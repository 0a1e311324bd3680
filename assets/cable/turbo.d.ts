// Turbo brings no types. This is the part of 8.0.23 that the page uses.
declare module '@hotwired/turbo' {
  export interface StreamElement extends HTMLElement {
    readonly action: string | null;
    readonly target: string | null;
    readonly targets: string | null;
    readonly targetElements: readonly Element[];
    readonly templateContent: DocumentFragment | undefined;
  }

  export const StreamActions: Record<string, (this: StreamElement) => void>;

  export function visit(location: string, options?: { readonly action?: 'advance' | 'replace' }): void;

  global {
    interface DocumentEventMap {
      'turbo:before-stream-render': CustomEvent<{
        readonly newStream: StreamElement;
        render(stream: StreamElement): Promise<void>;
      }>;
      'turbo:before-morph-attribute': CustomEvent<{ readonly attributeName: string }>;
      'turbo:before-morph-element': CustomEvent<{ readonly newElement?: Element }>;
      'turbo:submit-end': CustomEvent<{ readonly fetchResponse?: { readonly redirected: boolean } }>;
      'turbo:load': CustomEvent;
      'turbo:before-render': CustomEvent<{ render(shown: HTMLElement, fresh: HTMLElement): void }>;
      'turbo:render': CustomEvent<{ readonly isPreview: boolean }>;
    }
  }
}
