import { parsePolicy, type ReadExtended } from '../core/policy/parse.ts'
import { policyPath, type Policy } from '../core/policy/policy.ts'
import type { Parsed } from '../core/problem.ts'
import { AppError, toAppError } from '../errors.ts'
import type { GitHub } from '../ports/github.ts'
import { fetchedHead, type Mirrors, type Repository } from '../ports/repository.ts'

/**
 * The policy of a base branch, with what it extends: `absent` when the commit has no policy file. A preset of the
 * organisation that cannot be read is a problem of the policy, never an empty preset.
 */
export async function readPolicy(
  deps: { readonly mirrors: Mirrors; readonly presets: ReadExtended },
  github: Pick<GitHub, 'gitAccess'>,
  repository: Repository,
  name: string,
  baseSha: string,
): Promise<Parsed<Policy> | 'absent'> {
  const text = await repository.file(baseSha, policyPath)
  if (text === undefined) return 'absent'
  const organisation = /\borg\b/.test(text)
    ? await readOrganisationPolicy(deps.mirrors, github, name)
    : undefined
  if (organisation !== undefined && 'problem' in organisation) {
    return {
      ok: false,
      problems: [{ file: policyPath, line: 1, column: 1, path: 'extends', message: organisation.problem }],
    }
  }
  return parsePolicy({
    file: policyPath,
    text,
    extends: (preset) => (preset === 'org' ? organisation : deps.presets(preset)),
  })
}

/** The same path in the organisation's `.github` repository, at its default branch. */
async function readOrganisationPolicy(
  mirrors: Mirrors,
  github: Pick<GitHub, 'gitAccess'>,
  name: string,
): Promise<{ readonly file: string; readonly text: string } | { readonly problem: string }> {
  const source = `${name.split('/')[0]}/.github`
  try {
    const access = await github.gitAccess(source)
    const repository = await mirrors.fetch({ ...access, repository: source, refs: ['HEAD'] })
    const text = await repository.file(fetchedHead, policyPath)
    if (text === undefined) return { problem: `${source} has no ${policyPath} to extend` }
    return { file: `${source}/${policyPath}`, text }
  } catch (thrown) {
    const error = toAppError(thrown)
    if (error.code === 'store-failed') throw new AppError(error.code, error.message, { cause: thrown })
    return { problem: `the organisation's policy could not be read from ${source}: ${error.message}` }
  }
}
