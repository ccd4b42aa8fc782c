import { Octokit } from '@octokit/rest'
import type { LocalGitHub } from './github/local-github.ts'
import type { Stage } from './stage.ts'

/** What a part of the demo plays with. */
export interface Act {
  readonly github: LocalGitHub
  readonly stage: Stage
  readonly say: (text: string) => void
}

/** How long the demo waits for one step. */
const patience = 120_000
const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** GitHub's API as a person of the stage. */
export function asPerson({ github, stage }: Act, login: string): Octokit {
  return new Octokit({ baseUrl: github.apiUrl, auth: stage.tokens[login] ?? '', log: quiet })
}

/** Looks until there is something; throws, saying what it waited for. */
export async function until<Value>(what: string, look: () => Promise<Value | undefined>): Promise<Value> {
  const end = Date.now() + patience
  for (;;) {
    const value = await look()
    if (value !== undefined) return value
    if (Date.now() > end) throw new Error(`The demo waited ${patience / 1000} s for ${what}, in vain.`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

export function indent(text: string): string {
  return `\n${text
    .trim()
    .split('\n')
    .map((line) => `   | ${line}`)
    .join('\n')}\n`
}
