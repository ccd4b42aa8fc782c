import Bottleneck from 'bottleneck'
import { ProbotOctokit } from 'probot'

const timeout = 120_000

/**
 * Probot's Octokit with shorter pauses between writes. Octokit's own (1 s between writes, 3 s between comments, for the whole process) are
 * made for scripts that write in bulk; a judgement writes a check and a comment, and somebody waits for them. GitHub's secondary limits
 * (80 content-creating requests a minute) are honoured when GitHub says so: its `retry-after` is waited for and the request repeated.
 * https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#pause-between-mutative-requests
 */
export const ThrottledOctokit = ProbotOctokit.defaults({
  throttle: {
    write: new Bottleneck.Group({ id: 'countersign-write', maxConcurrent: 1, minTime: 100, timeout }),
    notifications: new Bottleneck.Group({
      id: 'countersign-notifications',
      maxConcurrent: 1,
      minTime: 250,
      timeout,
    }),
  },
})
