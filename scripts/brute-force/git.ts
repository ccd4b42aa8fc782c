import { execFileSync } from 'node:child_process'

/** What git prints, trimmed; empty where it fails. */
export function git(repository: string, ...args: readonly string[]): string {
  try {
    return execFileSync('git', ['-C', repository, ...args], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .trim()
      .replace(/\n--$/, '')
  } catch {
    return ''
  }
}
