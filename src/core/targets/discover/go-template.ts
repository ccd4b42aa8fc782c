import { isJsonList, isJsonObject } from '../../change/read-yaml.ts'
import type { Json, JsonObject } from '../../change/resource.ts'
import { parseTemplate, type Expression, type Pipeline, type TemplateNode } from './parse-go-template.ts'
import { NotEvaluated } from './not-evaluated.ts'
import { isTruthy, templateFunctions } from './template-functions.ts'

/** Characters that one template may write. */
const mostCharacters = 1_000_000

/**
 * The text that a Go template makes of parameters, as Argo CD evaluates it: pipelines, the functions of template-functions.ts, `if`, `with`,
 * `range` and variables. Throws NotEvaluated for everything else, and where a value is missing: Argo CD would write `<no value>`.
 */
export function evaluateGoTemplate(text: string, parameters: JsonObject): string {
  if (!text.includes('{{')) return text
  let written = 0
  const run = (nodes: readonly TemplateNode[], dot: Json, variables: Map<string, Json>): string => {
    let output = ''
    for (const node of nodes) {
      const part = one(node, dot, variables)
      output += part
      written += part.length
      if (written > mostCharacters) throw new NotEvaluated('its template writes too much')
    }
    return output
  }
  const one = (node: TemplateNode, dot: Json, variables: Map<string, Json>): string => {
    switch (node.kind) {
      case 'text':
        return node.text
      case 'assign':
        variables.set(node.name, evaluate(node.pipeline, dot, variables))
        return ''
      case 'output':
        return asText(evaluate(node.pipeline, dot, variables), node.source)
      case 'if': {
        const value = evaluate(node.pipeline, dot, variables)
        return isTruthy(value)
          ? run(node.then, dot, new Map(variables))
          : run(node.otherwise, dot, new Map(variables))
      }
      case 'with': {
        const value = evaluate(node.pipeline, dot, variables)
        return isTruthy(value)
          ? run(node.then, value, new Map(variables))
          : run(node.otherwise, dot, new Map(variables))
      }
      case 'range': {
        const value = evaluate(node.pipeline, dot, variables)
        if (!isTruthy(value)) return run(node.otherwise, dot, new Map(variables))
        return entriesOf(value)
          .map(([key, item]) => {
            const inner = new Map(variables)
            if (node.value !== undefined) inner.set(node.value, item)
            if (node.key !== undefined) inner.set(node.key, key)
            return run(node.then, item, inner)
          })
          .join('')
      }
    }
  }
  const evaluate = ({ commands }: Pipeline, dot: Json, variables: ReadonlyMap<string, Json>): Json => {
    let piped: Json | undefined
    for (const [head, ...rest] of commands) {
      if (head === undefined) throw new NotEvaluated('its template has an empty action')
      const args = rest.map((each) => value(each, dot, variables))
      if (head.kind === 'name') {
        const call = Object.hasOwn(templateFunctions, head.name) ? templateFunctions[head.name] : undefined
        if (call === undefined)
          throw new NotEvaluated(`its template calls ${head.name}, which is not evaluated`)
        piped = call(...args, ...(piped === undefined ? [] : [piped]))
      } else {
        if (rest.length > 0 || piped !== undefined)
          throw new NotEvaluated('its template calls what is no function')
        piped = value(head, dot, variables)
      }
      if (typeof piped === 'string' && piped.length > mostCharacters)
        throw new NotEvaluated('its template writes too much')
    }
    return piped ?? null
  }
  const value = (expression: Expression, dot: Json, variables: ReadonlyMap<string, Json>): Json => {
    switch (expression.kind) {
      case 'literal':
        return expression.value
      case 'field':
        return fieldOf(dot, expression.path)
      case 'variable':
        return fieldOf(
          expression.name === '$' ? parameters : (variables.get(expression.name) ?? null),
          expression.path,
        )
      case 'group':
        return fieldOf(evaluate(expression.pipeline, dot, variables), expression.path)
      case 'name':
        return evaluate({ commands: [[expression]] }, dot, variables)
    }
  }
  return run(parseTemplate(text), parameters, new Map())
}

function fieldOf(value: Json, path: readonly string[]): Json {
  return path.reduce<Json>(
    (found, name) => (isJsonObject(found) && Object.hasOwn(found, name) ? (found[name] ?? null) : null),
    value,
  )
}

function entriesOf(value: Json): readonly (readonly [Json, Json])[] {
  if (isJsonList(value)) return value.map((item, index) => [index, item])
  if (!isJsonObject(value)) throw new NotEvaluated('its template ranges over what is neither list nor map')
  return Object.keys(value)
    .sort()
    .map((name) => [name, value[name] ?? null])
}

function asText(value: Json, source: string): string {
  if (value === null || typeof value === 'object')
    throw new NotEvaluated(`its template has {{${source}}}, which is not known from the repository`)
  return String(value)
}
