import type { LoggedRequest } from './request-log.ts'

/** How a request goes wrong. */
export type FaultKind =
  /** An answer with this status and GitHub's usual page or JSON for it. */
  | { readonly kind: 'status'; readonly status: number; readonly message?: string }
  /** No answer, until the client gives up or the server closes. */
  | { readonly kind: 'time-out' }
  /** The true answer, late. */
  | { readonly kind: 'slow'; readonly milliseconds: number }
  /** Half of the true answer, then the connection breaks. */
  | { readonly kind: 'aborted-body' }
  | { readonly kind: 'primary-rate-limit' }
  /** With `retry-after` in seconds. */
  | { readonly kind: 'secondary-rate-limit'; readonly retryAfter?: number }

export type Fault = FaultKind & {
  /** Which requests; all, when absent. */
  readonly when?: (request: LoggedRequest) => boolean
  /** How many of them; one, when absent. */
  readonly times?: number
  /** The request is carried out, and only its answer goes wrong: what a lost answer looks like. False when absent. */
  readonly afterwards?: boolean
}

/** Faults in waiting. The first that matches is used up. */
export class Faults {
  readonly #faults: { readonly fault: Fault; left: number }[] = []

  add(fault: Fault): void {
    this.#faults.push({ fault, left: fault.times ?? 1 })
  }

  clear(): void {
    this.#faults.length = 0
  }

  take(request: LoggedRequest): Fault | undefined {
    const found = this.#faults.find(({ fault, left }) => left > 0 && (fault.when?.(request) ?? true))
    if (found !== undefined) found.left -= 1
    return found?.fault
  }
}
