import { AppError } from '../../errors.ts'
import type { Tree } from '../../ports/repository.ts'
import { sizeOf } from './folder-size.ts'
import { gitEnvironment } from './git-environment.ts'
import { parseEntry } from './parse-entry.ts'
import { runBounded } from './run-bounded.ts'

export interface RemoteLimits {
  /** Milliseconds for fetching one. */
  readonly time: number
  /** Bytes on disk of one. */
  readonly bytes: number
  /** Bytes of the list of its files. */
  readonly listing: number
}

/** Milliseconds for what needs no network. */
const localTime = 30_000

/** Beyond what holds for every call: nothing that a host sends leads elsewhere, and nothing malformed is stored. */
const strict: readonly (readonly [string, string])[] = [
  ['http.followRedirects', 'false'],
  ['transfer.fsckObjects', 'true'],
  ['fetch.unpackLimit', '1'],
  // A large file is written as it comes instead of being unfolded in memory.
  ['core.bigFileThreshold', '1m'],
  ['pack.threads', '1'],
]

/**
 * Fetches one commit without its history into an empty folder, without credentials. Throws `remote-unavailable` when it cannot be had,
 * `input-refused` when it is larger than the limit.
 */
export async function fetchRemote(
  directory: string,
  { url, commit }: { readonly url: string; readonly commit: string },
  limits: RemoteLimits,
  path: string,
): Promise<void> {
  const protocol = url.startsWith('https:') ? 'https' : 'http'
  const environment = gitEnvironment(path, protocol, undefined, strict)
  const git = { directory, environment }
  const format = commit.length === 64 ? 'sha256' : 'sha1'
  const bounds = { time: localTime, output: 64 * 1024 }
  const made = await runBounded(git, ['init', '--bare', '--quiet', `--object-format=${format}`], bounds)
  if (made.ended !== 'well')
    throw new AppError('git-failed', `git could not make a repository in ${directory}`)
  const ref = `refs/countersign/commits/${commit}`
  const fetched = await runBounded(
    git,
    [
      'fetch',
      '--depth=1',
      '--no-tags',
      '--no-write-fetch-head',
      '--no-auto-maintenance',
      '--quiet',
      '--end-of-options',
      url,
      `+${commit}:${ref}`,
    ],
    { ...bounds, time: limits.time, isTooMuch: async () => (await sizeOf(directory)) > limits.bytes },
  )
  const isTooLarge = fetched.ended === 'isTooMuch' || (await sizeOf(directory)) > limits.bytes
  if (isTooLarge)
    throw new AppError(
      'input-refused',
      `it is larger than ${Math.round(limits.bytes / 1024 / 1024)} MB, the most that is fetched`,
    )
  if (fetched.ended === 'badly')
    throw new AppError('remote-unavailable', `it could not be fetched: ${lastWords(fetched.words)}`)
  if (fetched.ended !== 'well')
    throw new AppError('remote-unavailable', `fetching it took longer than ${limits.time / 1000} seconds`)
  const type = await runBounded(git, ['cat-file', '-t', commit], bounds)
  if (type.ended !== 'well' || type.output.trim() !== 'commit')
    throw new AppError('input-refused', `${commit} is no commit`)
}

/** Every file of a commit. Throws `input-refused` for more than the limit, or for a name that leads elsewhere. */
export async function listRemote(
  directory: string,
  commit: string,
  limits: RemoteLimits,
  path: string,
): Promise<Tree> {
  const git = { directory, environment: gitEnvironment(path, 'none') }
  const bounds = { time: localTime, output: limits.listing }
  const listed = await runBounded(git, ['ls-tree', '-r', '-z', '--full-tree', commit], bounds)
  if (listed.ended === 'output' || listed.ended === 'time')
    throw new AppError('input-refused', 'it has more files than are read')
  if (listed.ended !== 'well') throw new AppError('remote-unavailable', 'what was fetched cannot be read')
  const tree = new Map(
    listed.output
      .split('\0')
      .filter((line) => line !== '')
      .map((line) => {
        const entry = parseEntry(line)
        return [entry.path, entry]
      }),
  )
  for (const name of tree.keys())
    if (name.split('/').some((part) => part === '' || part === '.' || part === '..'))
      throw new AppError('input-refused', 'a name in it leads out of it')
  return tree
}

/** What git says last names the reason; an address in it is the one that was asked for. */
function lastWords(words: string): string {
  const lines = words.split('\n').filter((line) => line.trim() !== '')
  return (lines.find((line) => line.startsWith('fatal:')) ?? lines.at(-1) ?? 'git said nothing')
    .replace(/^fatal:\s*/, '')
    .slice(0, 300)
}
