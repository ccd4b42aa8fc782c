import type { RegisterCommand } from './main.ts'

/** `countersign serve`: the server, until it is told to stop. */
export const registerServe: RegisterCommand = (program, io, done) => {
  program
    .command('serve')
    .description('the GitHub App; settings come from the environment (docs/operations.md)')
    .action(async () => {
      // The server needs parts that no other command does; loading them late keeps the others quick.
      const { serve } = await import('../serve.ts')
      await serve((text) => io.out(text))
      done(0)
    })
}
