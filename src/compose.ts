import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openDirectory } from './adapters/directory/open-directory.ts'
import { createMirrors } from './adapters/git/create-mirrors.ts'
import { createRemotes } from './adapters/git/create-remotes.ts'
import { gitVersion } from './adapters/git/git-version.ts'
import { openRepository } from './adapters/git/open-repository.ts'
import { createRenderers, type RendererSet } from './adapters/renderers/create-renderers.ts'
import { diskRenderCache } from './adapters/renderers/disk-render-cache.ts'
import type { RenderCache } from './ports/renderer.ts'
import type { Remotes } from './ports/remotes.ts'
import type { Files, Mirrors, Repository } from './ports/repository.ts'
import type { Settings } from './settings.ts'

/** What the command line needs of the outside world: a clone on this machine, renderers, a cache. */
export interface LocalParts extends RendererSet {
  readonly cache: RenderCache
  readonly mirrors: Mirrors
  /** Bases from elsewhere, as the settings allow them. */
  readonly remotes: Remotes
  openRepository(directory: string): Promise<Repository>
  /** A directory that need not be a repository. */
  openDirectory(root: string): Files
}

/** Constructs the adapters for commands that work on this machine, without GitHub and without a store. */
export async function composeLocal(settings: Settings): Promise<LocalParts> {
  const renderers = await createRenderers(settings.path, toolFolders(settings), join(settings.home, 'jail'))
  return {
    ...renderers,
    cache: diskRenderCache(join(settings.home, 'renderings')),
    mirrors: createMirrors(settings.home, { path: settings.path }),
    remotes: createRemotes(join(settings.home, 'remotes'), {
      path: settings.path,
      allowed: settings.allowedRemotes ?? [],
    }),
    openDirectory,
    openRepository: (directory) => openRepository(directory, settings.path),
  }
}

/** `git version 2.39.5`; undefined when there is none on PATH. */
export function examineGit(settings: Settings): Promise<string | undefined> {
  return gitVersion(settings.path)
}

/** Where `npm run tools` puts programs: next to the sources in a checkout, in the home folder elsewhere. */
export function toolFolders(settings: Settings): readonly string[] {
  const checkout = join(import.meta.dirname, '..')
  return [
    ...(existsSync(join(checkout, 'package.json')) ? [join(checkout, '.tools')] : []),
    join(settings.home, 'tools'),
  ]
}
