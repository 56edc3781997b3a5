// The parts of an answer document that show.ts shows. All of it: /schemas/answer-1.schema.json

type SentenceId = string;

export interface Answer {
  readonly status: "published" | "insufficient_evidence" | "refused" | "failed";
  readonly title: string;
  /** Whom to call. It stands first, whatever else there is. */
  readonly care: {
    readonly text: readonly SentenceId[];
    readonly contacts: readonly { readonly label: string; readonly tel: string }[];
  } | null;
  /** What became of a question without an answer of its own. */
  readonly outcome: {
    readonly code: string;
    readonly headline: string;
    readonly explain: readonly SentenceId[];
    readonly you_can: readonly { readonly label: string; readonly href: string | null }[];
  } | null;
  readonly summary: { readonly sentences: readonly SentenceId[] };
  readonly sentences: {
    readonly [id: SentenceId]: { readonly text: string; readonly citations: readonly string[] };
  };
  readonly citations: {
    readonly [id: string]: {
      readonly n: number;
      readonly source: string;
      readonly supports: readonly SentenceId[];
    };
  };
  readonly sources: {
    readonly [id: string]: {
      readonly title: string;
      readonly publisher: string;
      readonly url: string;
    };
  };
}
