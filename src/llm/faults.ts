export class UpstreamFault extends Error {
  readonly kind: string; readonly sentence: string;
  constructor(kind: string, sentence: string) { super(sentence); this.kind = kind; this.sentence = sentence; }
}
