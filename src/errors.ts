/**
 * The error catalogue: every error that leaves an adapter or ends a command. docs/errors.md says the same; a test compares them.
 * `user`: somebody can mend their input. `outside`: another system failed; try again. `bug`: ours.
 */
export const catalogue = {
  usage: { kind: 'user', retryable: false },
  'bad-input': { kind: 'user', retryable: false },
  'bad-settings': { kind: 'user', retryable: false },
  'not-a-repository': { kind: 'user', retryable: false },
  'unknown-commit': { kind: 'user', retryable: false },
  'input-refused': { kind: 'user', retryable: false },
  'remote-refused': { kind: 'user', retryable: false },
  'remote-unavailable': { kind: 'outside', retryable: true },
  'render-failed': { kind: 'user', retryable: false },
  'render-limit': { kind: 'user', retryable: false },
  'tool-missing': { kind: 'outside', retryable: false },
  'git-failed': { kind: 'outside', retryable: true },
  'github-failed': { kind: 'outside', retryable: true },
  'github-refused': { kind: 'outside', retryable: false },
  'merge-conflict': { kind: 'user', retryable: false },
  'head-moved': { kind: 'outside', retryable: true },
  'store-failed': { kind: 'outside', retryable: true },
  bug: { kind: 'bug', retryable: false },
} as const satisfies Record<string, { kind: ErrorKind; retryable: boolean }>

export type ErrorKind = 'user' | 'outside' | 'bug'
export type ErrorCode = keyof typeof catalogue

/** An error with a code from the catalogue. The message is for people: what failed, on what, and what to do. */
export class AppError extends Error {
  readonly code: ErrorCode
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'AppError'
    this.code = code
  }
  get kind(): ErrorKind {
    return catalogue[this.code].kind
  }
  get retryable(): boolean {
    return catalogue[this.code].retryable
  }
}

/** Whatever was thrown, as an AppError: known ones as they are, the rest as a bug of ours with its cause kept. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new AppError('bug', message, { cause: thrown })
}
