import type { ProbotOctokit } from 'probot'
import { AppError } from '../../errors.ts'

/** The Octokit that Probot gives an installation: throttled, retried, authenticated. */
export type Octokit = InstanceType<typeof ProbotOctokit>

/**
 * For requests that create something: when the answer is lost it may be there already, so the client does not send it again. The job is
 * tried again as a whole, and looks first. https://github.com/octokit/plugin-retry.js
 */
export const once = { request: { retries: 0 } } as const

interface RequestErrorLike {
  readonly status: number
  readonly message: string
  readonly response?: { readonly data?: unknown }
}

function isRequestError(thrown: unknown): thrown is RequestErrorLike {
  return thrown instanceof Error && 'status' in thrown && typeof thrown.status === 'number'
}

export function statusOf(thrown: unknown): number | undefined {
  return isRequestError(thrown) ? thrown.status : undefined
}

/**
 * What Octokit threw, in the words of the catalogue: 5xx, 429 and broken connections are `github-failed` (try again),
 * other answers `github-refused`. `doing` completes "failed to …".
 */
export function githubError(doing: string, thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const status = statusOf(thrown)
  const limited = status === 429 || (status === 403 && /rate limit|abuse/i.test(message))
  const refused = status !== undefined && status >= 400 && status < 500 && !limited
  const text = `failed to ${doing}: GitHub answered ${status ?? 'nothing'} (${message})`
  return new AppError(refused ? 'github-refused' : 'github-failed', text, { cause: thrown })
}

/** `acme/shop` in its two halves. */
export function splitRepository(repository: string): { readonly owner: string; readonly repo: string } {
  const [owner = '', repo = ''] = repository.split('/')
  return { owner, repo }
}
