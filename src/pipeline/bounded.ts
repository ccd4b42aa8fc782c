import { createContext, Script } from 'node:vm'
import type { Bounded } from '../core/readiness/custom/bounded.ts'

/** Longest that one rule may take over everything that an environment renders. */
const longestMs = 700

const context = createContext(
  { run: undefined as (() => unknown) | undefined },
  { microtaskMode: 'afterEvaluate' },
)
const script = new Script('run()')

/**
 * Runs a function and stops it when it takes too long, loops and regular expressions included: rules and the definitions in a pull
 * request may be hostile. Undefined: it was stopped. https://nodejs.org/api/vm.html#scriptrunincontextcontextifiedobject-options
 */
export const bounded: Bounded = (run) => {
  context.run = run
  try {
    return { value: script.runInContext(context, { timeout: longestMs }) as ReturnType<typeof run> }
  } catch (thrown) {
    if ((thrown as { code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined
    throw thrown
  } finally {
    context.run = undefined
  }
}
