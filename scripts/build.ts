import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, rmSync } from 'node:fs'

/** Compiles what is shipped: Node strips no types below node_modules, so an installed package has to be JavaScript. */
rmSync('dist', { recursive: true, force: true })
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
})
// Data that compiled code reads beside itself.
for (const data of ['demo/github/data', 'demo/sample'])
  if (existsSync(data)) cpSync(data, `dist/${data}`, { recursive: true })
