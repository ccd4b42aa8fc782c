import { tmpdir } from 'node:os'
import { GitClient } from './git-client.ts'

/** `git version 2.39.5`; undefined when there is none. */
export async function gitVersion(path: string): Promise<string | undefined> {
  const git = new GitClient({ directory: tmpdir(), path })
  return git.run('version').then(
    (words) => words.trim(),
    () => undefined,
  )
}
