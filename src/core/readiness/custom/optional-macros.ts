import { Optional, type Environment } from '@marcbachmann/cel-js'
import { nameOf, type Call, type Checker, type Evaluator, type Scope } from './cel-macro.ts'

interface Macro extends Call {
  inner: Scope | undefined
}

/**
 * `optional.optMap(var, expression)` and `optFlatMap`, which the library lacks.
 * https://kubernetes.io/docs/reference/using-api/cel/#optional-values
 */
export function registerOptionalMacros(environment: Environment): void {
  const macro =
    (wrap: (value: unknown) => unknown) =>
    ({ ast, receiver, args }: Call): object => {
      const variable = nameOf(args[0], 'optMap')
      return {
        ast,
        receiver,
        args,
        inner: undefined,
        async: false,
        typeCheck(checker: Checker, call: Macro, scope: Scope) {
          checker.check(call.receiver, scope)
          call.inner = scope.forkWithVariable(variable, checker.getType('dyn'))
          checker.check(call.args[1], call.inner)
          return checker.getType('optional')
        },
        evaluate(evaluator: Evaluator, call: Macro, scope: Scope) {
          const given = evaluator.run(call.receiver, scope)
          if (!(given instanceof Optional)) throw new Error('optMap needs an optional value')
          if (!given.hasValue() || call.inner === undefined) return Optional.none()
          return wrap(
            evaluator.run(call.args[1], call.inner.reuse(scope).setIterValue(given.value(), evaluator)),
          )
        },
      }
    }
  const register = (signature: string, wrap: (value: unknown) => unknown): void => {
    environment.registerFunction(signature, macro(wrap) as unknown as (...values: unknown[]) => unknown)
  }
  register('optional.optMap(ast, ast): optional', (value) => Optional.of(value))
  register('optional.optFlatMap(ast, ast): optional', (value) => value)
}
