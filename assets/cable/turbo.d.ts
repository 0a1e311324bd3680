// Turbo brings no types. This is the part of 8.0.23 that the page uses.
declare module '@hotwired/turbo' {
  export interface StreamElement extends HTMLElement {
    readonly action: string | null;
    readonly target: string | null;
    readonly targets: string | null;
    readonly targetElements: readonly Element[];
    readonly templateContent: DocumentFragment | undefined;
  }

  export interface FormSubmission {
    readonly formElement: HTMLFormElement;
    /** The button; none where a form is sent without anybody's doing. */
    readonly submitter?: HTMLElement;
    readonly body: FormData | URLSearchParams;
  }

  export interface FetchResponse {
    readonly failed: boolean;
    readonly serverError: boolean;
    readonly redirected: boolean;
    readonly contentType: string | null;
    header(name: string): string | null;
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
      'turbo:click': CustomEvent<{ readonly url: string; readonly originalEvent: MouseEvent }>;
      'turbo:submit-start': CustomEvent<{ readonly formSubmission: FormSubmission }>;
      'turbo:submit-end': CustomEvent<{
        readonly formSubmission: FormSubmission;
        readonly success?: boolean;
        /** None where no answer came at all. */
        readonly fetchResponse?: FetchResponse;
      }>;
      'turbo:before-fetch-response': CustomEvent<{ readonly fetchResponse: FetchResponse }>;
      'turbo:fetch-request-error': CustomEvent<{
        readonly request: { readonly target: unknown };
        readonly error: unknown;
      }>;
      'turbo:load': CustomEvent;
      'turbo:before-render': CustomEvent<{
        readonly newBody: HTMLElement;
        render(shown: HTMLElement, fresh: HTMLElement): void;
      }>;
      'turbo:render': CustomEvent<{ readonly isPreview: boolean }>;
    }
  }
}
