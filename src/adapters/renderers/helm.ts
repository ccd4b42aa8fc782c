import { posix } from 'node:path'
import { AppError } from '../../errors.ts'
import type { HelmRecipe } from '../../core/targets/discover/recipe.ts'
import type { Renderer, RenderRequest } from '../../ports/renderer.ts'
import type { Tools } from './find-tools.ts'
import { readableFailure } from './readable-failure.ts'
import type { Workshop } from './workshop.ts'

/** `helm template` of a chart directory, definitions included, as Argo CD does. No hooks are run, no post-renderer either. */
export function helmRenderer(tools: Tools, workshop: Workshop): Renderer {
  return {
    version: async () => required(tools).version,
    render: async (request) => {
      const tool = required(tools)
      const { target, helm } = request
      const name = releaseName(helm?.releaseName ?? posix.basename(target))
      const given = helm === undefined ? { args: [], files: new Map<string, never>() } : writeRecipe(helm)
      const args = [...tool.lead, name, `./${target}`, '--include-crds', ...given.args]
      const { code, stdout, stderr, repository } = await workshop.run(
        [tool],
        { ...request, files: new Map([...request.files, ...given.files]) },
        () => args,
      )
      if (code === 0) return stdout
      throw new AppError('render-failed', readableFailure(stderr, repository))
    },
  }
}

type Inputs = RenderRequest['files']

/** Values written in the object become files beside the repository's own: arguments are too short for some of them. */
function writeRecipe(helm: HelmRecipe): { readonly args: readonly string[]; readonly files: Inputs } {
  const files = new Map<string, { mode: '100644'; content: Buffer }>()
  const args = helm.valueFiles.flatMap((file) => ['--values', `./${file}`])
  helm.values.forEach((value, index) => {
    const file = `.countersign-values-${index}.yaml`
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    files.set(file, { mode: '100644', content: Buffer.from(text) })
    args.push('--values', `./${file}`)
  })
  for (const { name, value, text } of helm.parameters)
    // The one-argument form: a name that starts with a dash is no option.
    args.push(`--set${text ? '-string' : ''}=${name}=${value.replaceAll(',', '\\,')}`)
  if (helm.namespace !== undefined) args.push(`--namespace=${helm.namespace}`)
  return { args, files }
}

/** A release needs a name, as far as Helm allows it. */
function releaseName(wanted: string): string {
  const name = wanted
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return name === '' ? 'release' : name.slice(0, 53)
}

function required({ helm }: Tools): NonNullable<Tools['helm']> {
  if (helm !== undefined) return helm
  throw new AppError('tool-missing', 'no helm 3.14 or newer was found on PATH: run countersign tools')
}
