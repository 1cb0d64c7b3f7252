/** A finding about input or output: data, not an exception, so that all of them can be printed at once. */
export interface Problem {
  /** File the finding is about, with `:line` where one is known. */
  readonly file: string;
  /** Path of the value or field, e.g. `backend.image.tag` or `spec.template.spec.containers[0].image`. */
  readonly path: string;
  /** What is wrong, and what to write instead. One sentence or two. */
  readonly message: string;
}

/**
 * A mistake of the program's user: the message is all that is printed, without a stack, and the exit code is 1.
 * Anything else that is thrown is a bug of the generator and keeps its stack.
 */
export class ChartError extends Error {
  override readonly name = "ChartError";
}

/** One line per problem, sorted by file and path: `file: path: message`. */
export function formatProblems(problems: readonly Problem[]): string {
  return problems
    .map(({ file, path, message }) => [file, path, message].filter((part) => part !== "").join(": "))
    .toSorted(inReadingOrder)
    .join("\n");
}

/** Line 9 comes before line 10. */
const inReadingOrder = new Intl.Collator("en", { numeric: true }).compare;
