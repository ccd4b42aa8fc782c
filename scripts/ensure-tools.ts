import { composeLocal } from '../src/compose.ts'
import { readSettings } from '../src/settings.ts'
import { installTools, toolsFolder } from './tools.ts'

/** Runs before the demo and the tests: fetches kubectl and helm only where nothing suitable is found. */
const { tools } = await composeLocal(readSettings())
if (tools.kustomize === undefined || tools.helm === undefined)
  await installTools(toolsFolder(), (text) => process.stdout.write(`${text}\n`)).catch((thrown: unknown) => {
    process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
    process.exitCode = 3
  })
