import { AppError } from '../../errors.ts'
import type { Renderer } from '../../ports/renderer.ts'
import type { Tool } from './find-tools.ts'
import { readableFailure } from './readable-failure.ts'
import type { Workshop } from './workshop.ts'

/** `ytt` over a whole directory, without data values from elsewhere. https://carvel.dev/ytt/docs/latest/inputs/ */
export function yttRenderer(tool: Tool, workshop: Workshop): Renderer {
  return {
    version: () => Promise.resolve(tool.version),
    render: async (request) => {
      const { code, stdout, stderr, repository } = await workshop.run([tool], request, () => [
        ...tool.lead,
        '--file',
        `./${request.target}`,
      ])
      if (code === 0) return stdout
      throw new AppError('render-failed', readableFailure(stderr, repository))
    },
  }
}
