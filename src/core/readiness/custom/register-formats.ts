import { Optional, type Environment } from '@marcbachmann/cel-js'
import { registerAll } from './register-all.ts'

class FormatNamespace {}
class Format {
  readonly pattern: RegExp
  readonly longest: number
  readonly what: string
  constructor(what: string, pattern: RegExp, longest: number) {
    this.what = what
    this.pattern = pattern
    this.longest = longest
  }
}

const label = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?'
const qualified = '[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?'
const formats: Readonly<Record<string, Format>> = {
  dns1123Label: new Format('a DNS label', new RegExp(`^${label}$`), 63),
  dns1123Subdomain: new Format('a DNS subdomain', new RegExp(`^${label}(?:\\.${label})*$`), 253),
  dns1035Label: new Format('a DNS label that begins with a letter', /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/, 63),
  dns1123LabelPrefix: new Format('the beginning of a DNS label', /^[a-z0-9][-a-z0-9]*$/, 63),
  dns1123SubdomainPrefix: new Format('the beginning of a DNS subdomain', /^[a-z0-9][-a-z0-9.]*$/, 253),
  dns1035LabelPrefix: new Format('the beginning of a DNS label', /^[a-z][-a-z0-9]*$/, 63),
  qualifiedName: new Format(
    'a qualified name',
    new RegExp(`^(?:${label}(?:\\.${label})*/)?(?=.{1,63}$)${qualified}$`),
    317,
  ),
  labelValue: new Format('the value of a label', new RegExp(`^(?:${qualified})?$`), 63),
  uri: new Format('a URI', /^(?:[A-Za-z][A-Za-z0-9+.-]*:\S+|\/\S*)$/, 10_000),
  uuid: new Format('a UUID', /^[0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}$/, 36),
  byte: new Format('base64', /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 1_000_000),
  date: new Format('a date', /^\d{4}-\d{2}-\d{2}$/, 10),
  datetime: new Format(
    'a time of RFC 3339',
    /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/,
    40,
  ),
}

/** `format.dns1123Label().validate(name)`. https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-format-library */
export function registerFormats(environment: Environment): void {
  environment.registerType('kubernetes.FormatNamespace', FormatNamespace)
  environment.registerType('kubernetes.NamedFormat', Format)
  environment.registerConstant('format', 'kubernetes.FormatNamespace', new FormatNamespace())
  const named = Object.entries(formats).map(
    ([name, format]) =>
      [`kubernetes.FormatNamespace.${name}(): kubernetes.NamedFormat`, () => format] as const,
  )
  registerAll(environment, {
    ...Object.fromEntries(named),
    'kubernetes.FormatNamespace.named(string): optional': (_: FormatNamespace, name: string) =>
      Object.hasOwn(formats, name) ? Optional.of(formats[name]) : Optional.none(),
    'kubernetes.NamedFormat.validate(string): optional': (
      { pattern, longest, what }: Format,
      text: string,
    ) =>
      text.length <= longest && pattern.test(text)
        ? Optional.none()
        : Optional.of([`"${text.slice(0, 100)}" is not ${what}`]),
  })
}
