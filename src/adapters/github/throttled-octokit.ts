import Bottleneck from 'bottleneck'
import { ProbotOctokit } from 'probot'

const timeout = 120_000
// Octokit's plugin counts GraphQL queries as writes.
const write = new Bottleneck.Group({ id: 'countersign-write', maxConcurrent: 4, minTime: 20, timeout })
const notifications = new Bottleneck.Group({
  id: 'countersign-notifications',
  maxConcurrent: 1,
  minTime: 200,
  timeout,
})

/**
 * Probot's Octokit with shorter pauses between writes. Octokit's own (1 s between writes, 3 s between comments, for the whole process) are
 * made for scripts that write in bulk; a judgement writes a check and a comment, and somebody waits for them. GitHub's secondary limits
 * (80 content-creating requests a minute) are honoured when GitHub says so: its `retry-after` is waited for and the request repeated.
 * https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#pause-between-mutative-requests
 */
export const ThrottledOctokit = ProbotOctokit.defaults((options: Record<string, unknown>) => ({
  ...options,
  // Probot gives throttle options of its own, so ours are merged into them: a plain default would be overwritten.
  throttle: {
    ...(options.throttle as object | undefined),
    write,
    notifications,
    onRateLimit: (seconds: number, request: Asked, ...more: readonly unknown[]) =>
      !isMerge(request) && handlersOf(options).onRateLimit?.(seconds, request, ...more) === true,
    onSecondaryRateLimit: (seconds: number, request: Asked, ...more: readonly unknown[]) =>
      !isMerge(request) && handlersOf(options).onSecondaryRateLimit?.(seconds, request, ...more) === true,
  },
}))

interface Asked {
  readonly method: string
  readonly url: string
}
type OnLimit = (seconds: number, request: Asked, ...more: readonly unknown[]) => unknown

function handlersOf(options: Record<string, unknown>): {
  readonly onRateLimit?: OnLimit
  readonly onSecondaryRateLimit?: OnLimit
} {
  return (options.throttle as object | undefined) ?? {}
}

/** A merge that waited for a limit to end would be the merge of a judgement that is as old as that. */
function isMerge({ method, url }: Asked): boolean {
  return method === 'PUT' && url.endsWith('/merge')
}
