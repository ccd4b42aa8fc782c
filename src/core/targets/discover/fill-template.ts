import { isJsonList, isJsonObject, scalarText } from '../../change/read-yaml.ts'
import type { Json, JsonObject } from '../../change/resource.ts'
import { evaluateGoTemplate } from './go-template.ts'
import { NotEvaluated } from './not-evaluated.ts'

/** A value with its templates filled in, keys too: Go templates, or the older `{{name}}`. Throws NotEvaluated. */
export function fillTemplate(value: Json, parameters: JsonObject, isGo: boolean): Json {
  if (typeof value === 'string')
    return isGo ? evaluateGoTemplate(value, parameters) : fillNames(value, parameters)
  if (isJsonList(value)) return value.map((item) => fillTemplate(item, parameters, isGo))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      scalarText(fillTemplate(name, parameters, isGo)),
      fillTemplate(item ?? null, parameters, isGo),
    ]),
  )
}

function fillNames(text: string, parameters: JsonObject): string {
  return text.replace(/\{\{([^{}]*)\}\}/g, (_, inner: string) => {
    const name = inner.trim()
    const found = Object.hasOwn(parameters, name) ? parameters[name] : lookUp(parameters, name.split('.'))
    if (found === undefined || found === null || typeof found === 'object')
      throw new NotEvaluated(`its template has {{${inner}}}, which is not known from the repository`)
    return scalarText(found)
  })
}

/** A value below another by names; items of lists by their number. */
export function lookUp(value: Json | undefined, path: readonly string[]): Json | undefined {
  const [name, ...rest] = path
  if (name === undefined) return value
  if (isJsonList(value)) return lookUp(value[Number(name)], rest)
  return isJsonObject(value) && Object.hasOwn(value, name) ? lookUp(value[name], rest) : undefined
}
