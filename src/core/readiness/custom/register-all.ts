import type { Environment } from '@marcbachmann/cel-js'

/** Registers functions by their signatures; one that the library has already stays the library's. */
export function registerAll(
  environment: Environment,
  functions: Readonly<Record<string, (...values: never[]) => unknown>>,
): void {
  for (const [signature, handler] of Object.entries(functions)) {
    try {
      environment.registerFunction(signature, handler as (...values: unknown[]) => unknown)
    } catch (thrown) {
      if (!/already|exist|overlap|duplicate/i.test(String(thrown))) throw thrown
    }
  }
}
