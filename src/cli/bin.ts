#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { readSettings } from '../settings.ts'
import type { CliIo } from './io.ts'

function terminalIo(): CliIo {
  return {
    settings: readSettings(),
    cwd: process.cwd(),
    stdoutIsTerminal: process.stdout.isTTY,
    stderrIsTerminal: process.stderr.isTTY,
    columns: process.stdout.columns ?? 100,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    readStdin: async () => {
      const chunks: Buffer[] = []
      for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
      return Buffer.concat(chunks).toString('utf8')
    },
  }
}

// Whoever reads only the beginning (`| head`) closes the pipe: that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit()
  throw error
})
const io = terminalIo()
// Compiling takes longer than a short command does. Where the folder cannot be written, nothing is kept.
enableCompileCache(join(io.settings.home, 'compiled'))
const { runCli } = await import('./main.ts')
process.exitCode = await runCli(process.argv.slice(2), io)
