import { createHash } from 'node:crypto'
import { copyFile, link, mkdir, rename, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { AppError } from '../../errors.ts'
import type { RenderRequest } from '../../ports/renderer.ts'
import type { Tool } from './find-tools.ts'
import { pathInJail, runJailed, type JailPowers, type JailResult } from './jail.ts'
import { layOut } from './lay-out.ts'

/** Runs tools on inputs: each time in a fresh directory, in the jail. */
export interface Workshop {
  /** `args` is told where things are as the program sees them: the path of each tool by its file, and the repository. */
  run(
    tools: readonly [Tool, ...Tool[]],
    request: RenderRequest,
    args: (seen: (tool: Tool) => string) => readonly string[],
  ): Promise<JailResult & { readonly repository: string }>
  /** Whether a tool runs with nothing but itself and its inputs to be seen. */
  canIsolate(tool: Tool): Promise<boolean>
}

/**
 * `scratch` is a folder of our own for the layouts and for copies of the tools: on one file system, so that a tool gets into a layout by
 * a hard link.
 */
export function workshop(scratch: string, powers: JailPowers, path: string): Workshop {
  const isolable = new Map<string, Promise<boolean>>()
  const canIsolate = (tool: Tool): Promise<boolean> => {
    if (powers.root !== 'own') return Promise.resolve(false)
    const known = isolable.get(tool.file) ?? answersAlone(tool)
    isolable.set(tool.file, known)
    return known
  }
  const answersAlone = async (tool: Tool): Promise<boolean> => {
    const [probe] = tool.probe
    if (probe === undefined) return false
    const request: RenderRequest = { renderer: 'plain', target: '.', files: new Map() }
    return runIn([tool], request, () => tool.probe, powers).then(
      ({ code }) => code === 0,
      () => false,
    )
  }
  const runIn: (
    tools: readonly [Tool, ...Tool[]],
    request: RenderRequest,
    args: (seen: (tool: Tool) => string) => readonly string[],
    granted: JailPowers,
  ) => ReturnType<Workshop['run']> = async (tools, request, args, granted) => {
    await mkdir(scratch, { recursive: true, mode: 0o700 }).catch((thrown: unknown) => {
      throw new AppError(
        'bad-settings',
        `${scratch} cannot be written: point COUNTERSIGN_HOME to a folder that can`,
        { cause: thrown },
      )
    })
    const layout = await layOut(request.files, request.target, scratch)
    try {
      const isOwn = granted.root === 'own'
      const inRoot = (tool: Tool): string => join(layout.root, 'bin', basename(tool.file))
      if (isOwn) for (const tool of tools) await link(await staged(scratch, tool), inRoot(tool))
      const place = { root: isOwn ? layout.root : undefined, powers: granted }
      const [main] = tools
      const result = await runJailed({
        ...place,
        program: isOwn ? inRoot(main) : main.file,
        args: args((tool) => (isOwn ? pathInJail(place, inRoot(tool)) : tool.file)),
        directory: layout.repository,
        home: layout.home,
        path: isOwn ? '/bin' : path,
      })
      return { ...result, repository: pathInJail(place, layout.repository) }
    } finally {
      await layout.remove()
    }
  }
  return {
    canIsolate,
    run: async (tools, request, args) => {
      const alone = await Promise.all(tools.map(canIsolate))
      return runIn(tools, request, args, alone.every(Boolean) ? powers : { ...powers, root: 'shared' })
    },
  }
}

/** A copy of the tool beside the layouts, made once for each version of its file. */
async function staged(scratch: string, { file }: Tool): Promise<string> {
  const { size, mtimeMs, ino } = await stat(file)
  const id = createHash('sha256')
    .update(JSON.stringify([file, size, mtimeMs, ino]))
    .digest('hex')
    .slice(0, 16)
  const copy = join(scratch, 'programs', `${basename(file)}-${id}`)
  const isThere = await stat(copy).then(
    () => true,
    () => false,
  )
  if (isThere) return copy
  await mkdir(join(scratch, 'programs'), { recursive: true, mode: 0o700 })
  const draft = `${copy}.${process.pid}`
  await copyFile(file, draft)
  await rename(draft, copy)
  return copy
}
