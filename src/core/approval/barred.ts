import type { Actor, CommitFacts, PullFacts } from '../facts.ts'
import type { EnvironmentPolicy } from '../policy/policy.ts'
import { isHuman, isWebFlow } from './person.ts'

/** Why somebody cannot sign this pull request: a word, and the end of a sentence that starts with their name. */
export interface Bar {
  readonly reason: 'author' | 'contributor'
  readonly because: string
}

/** Contributors by lower-case login, the first reason of each. */
export type Barred = ReadonlyMap<string, Bar>

/**
 * Who took part in what is to be signed. `never`: everybody who did, through all parents. `author-only`: its author; where an
 * App opened the pull request for somebody, that is who asked for it.
 */
export function findBarred(pull: PullFacts, selfApproval: EnvironmentPolicy['selfApproval']): Barred {
  const barred = new Map<string, Bar>()
  const bar = (login: string, reason: Bar['reason'], because: string): void => {
    const key = login.toLowerCase()
    if (!isWebFlow(key) && !key.endsWith('[bot]') && !barred.has(key)) barred.set(key, { reason, because })
  }
  if (pull.author !== null) bar(pull.author.login, 'author', 'opened this pull request')
  const openedByApp = pull.author !== null && !isHuman(pull.author)
  if (pull.commandBy !== undefined && (selfApproval === 'never' || openedByApp))
    bar(pull.commandBy, 'contributor', 'asked for this pull request with a command')
  if (selfApproval === 'author-only') return barred
  for (const commit of pull.commits) {
    const id = shortSha(commit.sha)
    if (commit.author !== null) bar(commit.author.login, 'contributor', `wrote commit ${id}`)
    if (commit.committer !== null) bar(commit.committer.login, 'contributor', `committed ${id}`)
    for (const person of commit.coAuthors)
      if (person !== null) bar(person.login, 'contributor', `is a co-author of commit ${id}`)
  }
  for (const pusher of pull.pushers) bar(pusher, 'contributor', 'pushed to the branch')
  for (const login of pull.promotes?.contributors ?? [])
    bar(login, 'contributor', 'contributed to what is promoted here')
  return barred
}

/**
 * Commits that cannot be tied to a person or an App, so that nobody can be ruled out as their author. A placeholder account
 * (Mannequin) stands for a person who is not known.
 */
export function unattributedCommits(pull: PullFacts): CommitFacts[] {
  return pull.commits.filter(({ author, committer, coAuthors }) =>
    [author, committer, ...coAuthors].some((actor) => actor === null || isPlaceholder(actor)),
  )
}

function isPlaceholder(actor: Actor): boolean {
  return actor.type !== 'User' && actor.type !== 'Bot'
}

/** As GitHub shows a commit. */
export function shortSha(sha: string): string {
  return /^[0-9a-f]{12,}$/i.test(sha) ? sha.slice(0, 7) : sha
}
