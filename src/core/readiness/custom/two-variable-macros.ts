import type { Environment } from '@marcbachmann/cel-js'
import { nameOf, type Call, type Checker, type Evaluator, type Scope } from './cel-macro.ts'

interface Macro extends Call {
  outer: Scope | undefined
  inner: Scope | undefined
}

/** Asks a condition or a value about one entry. */
type Ask = (node: unknown) => unknown

/** Goes through the entries of a list (with positions) or a map (with keys). */
type Walk = (
  entries: Iterable<readonly [unknown, unknown]>,
  at: (key: unknown, value: unknown) => Ask,
  args: Call['args'],
) => unknown

const walks: Readonly<Record<string, Walk>> = {
  all(entries, at, [, , condition]) {
    for (const [key, value] of entries) if (at(key, value)(condition) !== true) return false
    return true
  },
  exists(entries, at, [, , condition]) {
    for (const [key, value] of entries) if (at(key, value)(condition) === true) return true
    return false
  },
  existsOne(entries, at, [, , condition]) {
    let found = 0
    for (const [key, value] of entries) if (at(key, value)(condition) === true) found += 1
    return found === 1
  },
  transformList(entries, at, args) {
    const made: unknown[] = []
    each(entries, at, args, (_, value) => made.push(value))
    return made
  },
  transformMap(entries, at, args) {
    const made: [string, unknown][] = []
    each(entries, at, args, (key, value) => made.push([String(key), value]))
    return Object.fromEntries(made)
  },
}

/** With four arguments the third is a condition. */
function each(
  entries: Iterable<readonly [unknown, unknown]>,
  at: (key: unknown, value: unknown) => Ask,
  args: Call['args'],
  take: (key: unknown, value: unknown) => void,
): void {
  for (const [key, value] of entries) {
    const ask = at(key, value)
    if (args.length === 4 && ask(args[2]) !== true) continue
    take(key, ask(args.at(-1)))
  }
}

/** Comprehensions with two variables. https://kubernetes.io/docs/reference/using-api/cel/#cel-options-language-features-and-libraries */
export function registerTwoVariableMacros(environment: Environment): void {
  for (const [name, walk] of Object.entries(walks))
    for (const receiver of ['list', 'map'])
      for (const more of name.startsWith('transform') ? [3, 4] : [3]) {
        const given = Array.from({ length: more }, () => 'ast').join(', ')
        const made = name === 'transformList' ? 'list' : name === 'transformMap' ? 'map' : 'bool'
        environment.registerFunction(
          `${receiver}.${name}(${given}): ${made}`,
          macro(name, made, walk) as unknown as (...values: unknown[]) => unknown,
        )
      }
}

function macro(name: string, made: string, walk: Walk): (call: Call) => object {
  return ({ ast, receiver, args }) => {
    const [key, item] = [nameOf(args[0], name), nameOf(args[1], name)]
    return {
      ast,
      receiver,
      args,
      outer: undefined,
      inner: undefined,
      async: false,
      typeCheck(checker: Checker, call: Macro, scope: Scope) {
        checker.check(call.receiver, scope)
        call.outer = scope.forkWithVariable(key, checker.getType('dyn'))
        call.inner = call.outer.forkWithVariable(item, checker.getType('dyn'))
        for (const node of call.args.slice(2)) checker.check(node, call.inner)
        return checker.getType(made)
      },
      evaluate(evaluator: Evaluator, call: Macro, scope: Scope) {
        const at = (first: unknown, second: unknown): Ask => {
          const outer = call.outer?.reuse(scope).setIterValue(first, evaluator) ?? scope
          const inner = call.inner?.reuse(outer).setIterValue(second, evaluator) ?? outer
          return (node) => evaluator.run(node, inner)
        }
        return walk(entriesOf(evaluator.run(call.receiver, scope), name), at, call.args)
      },
    }
  }
}

function entriesOf(value: unknown, name: string): Iterable<readonly [unknown, unknown]> {
  if (Array.isArray(value)) return value.map((item: unknown, index) => [BigInt(index), item] as const)
  if (value instanceof Map) return value as Map<unknown, unknown>
  if (typeof value === 'object' && value !== null) return Object.entries(value)
  throw new Error(`${name} needs a list or a map`)
}
