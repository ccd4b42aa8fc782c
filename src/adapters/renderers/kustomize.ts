import { AppError } from '../../errors.ts'
import type { Renderer } from '../../ports/renderer.ts'
import type { Tools } from './find-tools.ts'
import { runJailed, type JailPowers } from './jail.ts'
import { layOut } from './lay-out.ts'
import { readableFailure } from './readable-failure.ts'

/**
 * kustomize with its defaults, as `kubectl kustomize` and Argo CD run it: no plugins, no functions, files only in or below the
 * directory that names them. Charts that lie in the repository are inflated with helm.
 */
export function kustomizeRenderer(tools: Tools, powers: JailPowers, path: string): Renderer {
  return {
    version: async () => required(tools).version,
    render: async ({ target, files }) => {
      const tool = required(tools)
      const inflates = [...files.keys()].some((file) => file.endsWith('Chart.yaml'))
      const helm =
        inflates && tools.helm !== undefined ? ['--enable-helm', '--helm-command', tools.helm.file] : []
      const layout = await layOut(files, target)
      try {
        const { code, stdout, stderr } = await runJailed({
          program: tool.file,
          args: [...tool.lead, ...helm, target],
          directory: layout.repository,
          home: layout.home,
          path,
          powers,
        })
        if (code === 0) return stdout
        throw new AppError('render-failed', readableFailure(stderr, layout.repository))
      } finally {
        await layout.remove()
      }
    },
  }
}

function required({ kustomize }: Tools): NonNullable<Tools['kustomize']> {
  if (kustomize !== undefined) return kustomize
  throw new AppError(
    'tool-missing',
    'no kustomize 5.4 or newer was found (kustomize or kubectl on PATH): run npm run tools',
  )
}
