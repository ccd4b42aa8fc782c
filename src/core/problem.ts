/**
 * One thing wrong with a file that a person wrote: a policy, a checklist, a case file, a manifest.
 * All problems of a file are reported at once.
 */
export interface Problem {
  /** Path as the reader knows it: relative to the repository, or as given on the command line. */
  readonly file: string
  /** 1-based. */
  readonly line: number
  /** 1-based. */
  readonly column: number
  /** Where in the document, as a person would write it: `environments.production.approvals[0].count`. Empty for the document itself. */
  readonly path: string
  /** What is wrong and what would be valid, without the path: `"two" is not a whole number; write a number from 0 to 10`. */
  readonly message: string
}

/** A problem as one line: `file:line:column  path: message`. */
export function describeProblem(problem: Problem): string {
  const where = `${problem.file}:${problem.line}:${problem.column}`
  return problem.path === ''
    ? `${where}  ${problem.message}`
    : `${where}  ${problem.path}: ${problem.message}`
}

/** What a parser of people's files gives: the value, or every problem found. */
export type Parsed<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problems: readonly Problem[] }
