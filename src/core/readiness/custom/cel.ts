import { Environment } from '@marcbachmann/cel-js'
import { isJsonList } from '../../change/read-yaml.ts'
import type { Json, JsonObject } from '../../change/resource.ts'
import { registerKubernetesFunctions } from './kubernetes-functions.ts'
import { registerOptionalMacros } from './optional-macros.ts'
import { translatePatterns } from './re2.ts'
import { registerFormats } from './register-formats.ts'
import { registerNetwork } from './register-network.ts'
import { registerSets } from './register-sets.ts'
import { registerTwoVariableMacros } from './two-variable-macros.ts'

/** A CEL expression that is ready to be asked. */
export type CelProgram = (variables: Readonly<Record<string, unknown>>) => unknown

export interface CelFailure {
  readonly message: string
  /** Offset in the expression, where it is known. */
  readonly offset: number | undefined
}

export type CompiledCel = { readonly program: CelProgram } | { readonly failure: CelFailure }

let environment: Environment | undefined

/**
 * Compiles a CEL expression with Kubernetes' functions and optional types. What is written is limited in size; how long it runs is for
 * the caller to bound. https://kubernetes.io/docs/reference/using-api/cel/
 */
export function compileCel(expression: string): CompiledCel {
  environment ??= makeEnvironment()
  try {
    const program = environment.parse(expression)
    translatePatterns(program.ast)
    return { program: program as CelProgram }
  } catch (thrown) {
    return { failure: celFailure(thrown) }
  }
}

/** What an expression throws, as a sentence and a place. */
export function celFailure(thrown: unknown): CelFailure {
  const text = thrown instanceof Error ? thrown.message : String(thrown)
  const node = (thrown as { node?: { pos?: unknown } } | null)?.node
  return {
    message: (text.split('\n')[0] ?? text).slice(0, 300),
    offset: typeof node?.pos === 'number' ? node.pos : undefined,
  }
}

function makeEnvironment(): Environment {
  const made = new Environment({
    unlistedVariablesAreDyn: true,
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
    limits: {
      maxAstNodes: 20_000,
      maxDepth: 150,
      maxListElements: 2_000,
      maxMapEntries: 2_000,
      maxCallArguments: 32,
    },
  })
  registerKubernetesFunctions(made)
  registerNetwork(made)
  registerFormats(made)
  registerSets(made)
  registerOptionalMacros(made)
  registerTwoVariableMacros(made)
  return made
}

const converted = new WeakMap<object, unknown>()

/** A manifest's value as CEL knows it: whole numbers are ints. The same object is converted once. */
export function toCel(value: Json | undefined): unknown {
  if (value === undefined || value === null) return null
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value
  if (typeof value !== 'object') return value
  const known = converted.get(value)
  if (known !== undefined) return known
  const made = Array.isArray(value)
    ? value.map((item) => toCel(item as Json))
    : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toCel(item as Json)]))
  converted.set(value, made)
  return made
}

/** An object as admission sees it: the API server drops fields that are null before. */
export function toCelObject(value: JsonObject | null): unknown {
  return toCel(withoutNulls(value))
}

const stripped = new WeakMap<object, Json>()

function withoutNulls(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value
  const known = stripped.get(value)
  if (known !== undefined) return known
  const made: Json = isJsonList(value)
    ? value.map((item) => withoutNulls(item))
    : Object.fromEntries(
        Object.entries(value).flatMap(([key, item]) =>
          item === null || item === undefined ? [] : [[key, withoutNulls(item)]],
        ),
      )
  stripped.set(value, made)
  return made
}
