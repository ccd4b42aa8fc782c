import type { CliIo } from '../../src/cli/io.ts'

/** A terminal that remembers what was written to it. */
export interface TestIo extends CliIo {
  readonly written: { out: string; err: string }
}

export function testIo(cwd: string, home: string, stdin = ''): TestIo {
  const written = { out: '', err: '' }
  return {
    written,
    settings: { home, path: process.env.PATH ?? '', color: false },
    cwd,
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    columns: 100,
    out: (text) => void (written.out += text),
    err: (text) => void (written.err += text),
    readStdin: () => Promise.resolve(stdin),
  }
}
