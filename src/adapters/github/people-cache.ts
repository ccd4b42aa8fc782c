import type { Lookup, PeopleFacts, Permission } from '../../core/facts.ts'
import type { NeededPeople } from '../../ports/github.ts'

interface Entry<Value> {
  readonly readAt: number
  readonly value: Lookup<Value>
}

/**
 * Who is in which team and may do what, for a while. Only answers are kept: a failed look-up is asked again.
 * `member`, `membership`, `team` and `organization` webhooks clear it (`forget`), and a merge accepts only answers younger than itself.
 */
export class PeopleCache {
  readonly #permissions = new Map<string, Entry<Permission>>()
  readonly #teams = new Map<string, Entry<readonly string[]>>()

  /** What is still missing for `needed`, given answers no older than `maximumAgeMs`. */
  missing(repository: string, needed: NeededPeople, maximumAgeMs: number, now: number): NeededPeople {
    const fresh = (entry: Entry<unknown> | undefined): boolean =>
      entry !== undefined && now - entry.readAt <= maximumAgeMs
    return {
      teams: needed.teams.filter((team) => !fresh(this.#teams.get(team))),
      logins: needed.logins.filter(
        (login) => !fresh(this.#permissions.get(permissionKey(repository, login))),
      ),
    }
  }

  keep(repository: string, read: PeopleFacts, now: number): void {
    for (const [team, value] of Object.entries(read.teams)) {
      if (value.kind !== 'failed') this.#teams.set(team, { readAt: now, value })
    }
    for (const [login, value] of Object.entries(read.permissions)) {
      if (value.kind !== 'failed')
        this.#permissions.set(permissionKey(repository, login), { readAt: now, value })
    }
  }

  /** The facts for `needed`, from what was just read and what was kept. */
  facts(repository: string, needed: NeededPeople, read: PeopleFacts): PeopleFacts {
    const absent = { kind: 'failed', reason: 'it was not looked up' } as const
    return {
      teams: Object.fromEntries(
        needed.teams.map((team) => [team, read.teams[team] ?? this.#teams.get(team)?.value ?? absent]),
      ),
      permissions: Object.fromEntries(
        needed.logins.map((login) => [
          login,
          read.permissions[login] ?? this.#permissions.get(permissionKey(repository, login))?.value ?? absent,
        ]),
      ),
    }
  }

  forget(owner: string): void {
    const prefix = `${owner.toLowerCase()}/`
    for (const team of this.#teams.keys()) if (team.startsWith(prefix)) this.#teams.delete(team)
    for (const key of this.#permissions.keys()) if (key.startsWith(prefix)) this.#permissions.delete(key)
  }
}

function permissionKey(repository: string, login: string): string {
  return `${repository.toLowerCase()} ${login}`
}
