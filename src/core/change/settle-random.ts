import { isJsonList, isJsonObject } from './read-yaml.ts'
import type { Json, JsonObject } from './resource.ts'

/** Functions of Helm templates whose value is another one each time. https://helm.sh/docs/chart_template_guide/function_list/ */
const randomFunctions =
  /\b(?:rand(?:Alpha|AlphaNum|Ascii|Numeric|Bytes|Int)|uuidv4|shuffle|gen(?:PrivateKey|CA|CAWithKey|SelfSignedCert|SelfSignedCertWithKey|SignedCert|SignedCertWithKey)|htpasswd|bcrypt|encryptAES)\b/
const clock = /(?<![.\w$])now\b/

/** How a template may come out differently without any change of its inputs. */
export function varies(template: string): 'random' | 'clock' | undefined {
  if (!template.includes('{{')) return undefined
  const actions = template.match(/\{\{[^]*?\}\}/g) ?? []
  if (actions.some((action) => clock.test(action))) return 'clock'
  return actions.some((action) => randomFunctions.test(action)) ? 'random' : undefined
}

/** Stands for what is another value each time. Fits where names do. */
const settled = 'random'

/**
 * Two renderings of the same inputs as one that comes out the same each time: parts of a text that differ become `random`, whatever else
 * differs becomes it as a whole. Undefined where the renderings have not the same number of objects.
 */
export function settleRandom(
  first: readonly JsonObject[],
  second: readonly JsonObject[],
): readonly JsonObject[] | undefined {
  if (first.length !== second.length) return undefined
  return first.map((object, index) => settleMap(object, second[index] ?? {}))
}

function settleMap(a: JsonObject, b: JsonObject): JsonObject {
  const names = new Set([...Object.keys(a), ...Object.keys(b)])
  return Object.fromEntries(
    [...names].flatMap((name): [string, Json][] => {
      if (Object.hasOwn(a, name) && Object.hasOwn(b, name))
        return [[name, settle(a[name] ?? null, b[name] ?? null)]]
      // A key that is there in one of them only is random itself; both of a pair become the same one.
      return [[settled, settled]]
    }),
  )
}

function settle(a: Json, b: Json): Json {
  if (a === b) return a
  if (typeof a === 'string' && typeof b === 'string') return settleText(a, b)
  if (isJsonList(a) && isJsonList(b) && a.length === b.length)
    return a.map((item, index) => settle(item, b[index] ?? null))
  if (isJsonObject(a) && isJsonObject(b)) return settleMap(a, b)
  return settled
}

/** Whole words only: two random words may begin with the same letters by chance. */
function settleText(a: string, b: string): string {
  const [left, right] = [
    a.split(/(?<=[^A-Za-z0-9])|(?=[^A-Za-z0-9])/),
    b.split(/(?<=[^A-Za-z0-9])|(?=[^A-Za-z0-9])/),
  ]
  // Base64 and hashes have separators of their own: what has not the same parts is settled as a whole.
  if (left.length !== right.length || a.length > 500) return settled
  return left.map((part, index) => (part === right[index] ? part : settled)).join('')
}
