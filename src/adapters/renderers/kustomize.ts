import { AppError } from '../../errors.ts'
import type { Renderer } from '../../ports/renderer.ts'
import type { Tools } from './find-tools.ts'
import { readableFailure } from './readable-failure.ts'
import type { Workshop } from './workshop.ts'

/**
 * kustomize with its defaults, as `kubectl kustomize` and Argo CD run it: no plugins, no functions, files only in or below the
 * directory that names them. Charts that lie in the repository are inflated with helm.
 */
export function kustomizeRenderer(tools: Tools, workshop: Workshop): Renderer {
  return {
    version: async () => {
      const { version } = required(tools)
      return [version, tools.inflater?.version, tools.helm?.version].join(', ')
    },
    render: async (request) => {
      const inflates = [...request.files.keys()].some((file) => /(?:^|\/)Chart\.yaml$/.test(file))
      const helm = inflates ? tools.helm : undefined
      const tool = helm === undefined ? required(tools) : required({ kustomize: tools.inflater })
      const { code, stdout, stderr, repository } = await workshop.run(
        helm === undefined ? [tool] : [tool, helm],
        request,
        (seen) => [
          ...tool.lead,
          ...(helm === undefined ? [] : ['--enable-helm', '--helm-command', seen(helm)]),
          request.target,
        ],
      )
      if (code === 0) return stdout
      throw new AppError('render-failed', readableFailure(stderr, repository))
    },
  }
}

function required({ kustomize }: Tools): NonNullable<Tools['kustomize']> {
  if (kustomize !== undefined) return kustomize
  throw new AppError(
    'tool-missing',
    'no kustomize was found that is new enough (5.4, or 5.8 for charts with helm 4), as kustomize or kubectl on PATH: run countersign tools',
  )
}
