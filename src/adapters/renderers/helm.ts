import { posix } from 'node:path'
import { AppError } from '../../errors.ts'
import type { Renderer } from '../../ports/renderer.ts'
import type { Tools } from './find-tools.ts'
import { readableFailure } from './readable-failure.ts'
import type { Workshop } from './workshop.ts'

/** `helm template` of a chart directory with its default values, definitions included, as Argo CD does. No hooks are run. */
export function helmRenderer(tools: Tools, workshop: Workshop): Renderer {
  return {
    version: async () => required(tools).version,
    render: async (request) => {
      const tool = required(tools)
      const { target } = request
      const args = [...tool.lead, releaseName(target), `./${target}`, '--include-crds']
      const { code, stdout, stderr, repository } = await workshop.run([tool], request, () => args)
      if (code === 0) return stdout
      throw new AppError('render-failed', readableFailure(stderr, repository))
    },
  }
}

/** A release needs a name: that of the directory, as far as Helm allows it. */
function releaseName(target: string): string {
  const name = posix
    .basename(target)
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return name === '' ? 'release' : name.slice(0, 53)
}

function required({ helm }: Tools): NonNullable<Tools['helm']> {
  if (helm !== undefined) return helm
  throw new AppError('tool-missing', 'no helm 3.14 or newer was found on PATH: run countersign tools')
}
