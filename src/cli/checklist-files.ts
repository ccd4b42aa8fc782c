import { existsSync } from 'node:fs'
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { shippedChecklist, type ReadChecklist } from '../pipeline/load-checklist.ts'
import type { ReadPointed } from '../pipeline/prepare-checklist.ts'

/** The closest directory above with a `.git`; undefined when there is none. */
export function repositoryRoot(from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder
    if (dirname(folder) === folder) return undefined
  }
}

/** Checklists of a folder; those that come with the product where it has none of the name. */
export function checklistsAround(folder: string): ReadChecklist {
  return async (name) => {
    const file = join(folder, `${name}.yaml`)
    const text = await readFile(file, 'utf8').catch(() => undefined)
    return text === undefined ? shippedChecklist(name) : { file, text }
  }
}

/** Files that a checklist points to: beside it, or from the root; all files below where it is a directory. */
export function filesAround(folder: string, root: string): ReadPointed {
  return async (path) => {
    for (const home of [folder, root]) {
      const place = join(home, path)
      const found = await stat(place).catch(() => undefined)
      if (found === undefined || !(await isInside(place, home))) continue
      const files = found.isDirectory() ? await manifestsBelow(place) : [place]
      return Promise.all(
        files.map(async (file) => ({ file: relative(root, file), text: await readFile(file, 'utf8') })),
      )
    }
    return undefined
  }
}

async function isInside(place: string, home: string): Promise<boolean> {
  const [real, root] = [await realpath(place), await realpath(home)]
  return real === root || real.startsWith(root + sep)
}

/** YAML and JSON files below a directory, sorted. */
export async function manifestsBelow(place: string): Promise<readonly string[]> {
  const entries = await readdir(place, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && /\.(?:ya?ml|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.includes(`${sep}.git${sep}`))
    .sort()
}
