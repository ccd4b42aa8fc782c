import { AppError } from '../errors.ts'
import type { Repository } from '../ports/repository.ts'

/** The tip of a clone's main branch, where nobody names one. Throws `usage` when none is found. */
export async function defaultBase(repository: Repository): Promise<string> {
  for (const name of ['origin/HEAD', 'origin/main', 'origin/master', 'main', 'master']) {
    const found = await repository.resolve(name).catch((thrown: unknown) => {
      if (thrown instanceof AppError && thrown.code === 'unknown-commit') return undefined
      throw thrown
    })
    if (found !== undefined) return found
  }
  throw new AppError('usage', 'no main branch was found; name the base with --base')
}
