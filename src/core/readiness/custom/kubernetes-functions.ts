import type { Environment } from '@marcbachmann/cel-js'
import { compareQuantities, parseQuantity } from '../../change/quantity.ts'

/** Values of Kubernetes' own CEL types. */
class Quantity {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}
class Ip {
  readonly bytes: readonly number[]
  readonly text: string
  constructor(text: string, bytes: readonly number[]) {
    this.text = text
    this.bytes = bytes
  }
}
class Cidr {
  readonly ip: Ip
  readonly length: number
  constructor(ip: Ip, length: number) {
    this.ip = ip
    this.length = length
  }
}
class Url {
  readonly url: URL
  constructor(url: URL) {
    this.url = url
  }
}
class Semver {
  readonly parts: readonly [number, number, number]
  readonly pre: string
  constructor(parts: readonly [number, number, number], pre: string) {
    this.parts = parts
    this.pre = pre
  }
}

/**
 * Kubernetes' CEL libraries: quantity, ip, cidr, url, regex, semver and lists.
 * https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-cel-libraries
 */
export function registerKubernetesFunctions(environment: Environment): void {
  environment.registerType('kubernetes.Quantity', Quantity)
  environment.registerType('net.IP', Ip)
  environment.registerType('net.CIDR', Cidr)
  environment.registerType('kubernetes.URL', Url)
  environment.registerType('kubernetes.Semver', Semver)
  const functions: Readonly<Record<string, (...values: never[]) => unknown>> = {
    'quantity(string): kubernetes.Quantity': readQuantity,
    'isQuantity(string): bool': (text: string) => parseQuantity(text) !== undefined,
    'kubernetes.Quantity.compareTo(kubernetes.Quantity): int': (a: Quantity, b: Quantity) =>
      BigInt(order(a, b)),
    'kubernetes.Quantity.isGreaterThan(kubernetes.Quantity): bool': (a: Quantity, b: Quantity) =>
      order(a, b) > 0,
    'kubernetes.Quantity.isLessThan(kubernetes.Quantity): bool': (a: Quantity, b: Quantity) =>
      order(a, b) < 0,
    'kubernetes.Quantity.sign(): int': (a: Quantity) => BigInt(order(a, new Quantity('0'))),
    'kubernetes.Quantity.isInteger(): bool': (a: Quantity) => whole(a) !== undefined,
    'kubernetes.Quantity.asInteger(): int': (a: Quantity) => whole(a) ?? fail(`${a.text} is no whole number`),
    'kubernetes.Quantity.asApproximateFloat(): double': (a: Quantity) => approximate(a),
    'kubernetes.Quantity.add(kubernetes.Quantity): kubernetes.Quantity': (a: Quantity, b: Quantity) =>
      sum(a, b, 1n),
    'kubernetes.Quantity.sub(kubernetes.Quantity): kubernetes.Quantity': (a: Quantity, b: Quantity) =>
      sum(a, b, -1n),
    'kubernetes.Quantity.add(int): kubernetes.Quantity': (a: Quantity, b: bigint) =>
      sum(a, new Quantity(b.toString()), 1n),
    'kubernetes.Quantity.sub(int): kubernetes.Quantity': (a: Quantity, b: bigint) =>
      sum(a, new Quantity(b.toString()), -1n),
    'ip(string): net.IP': (text: string) => parseIp(text) ?? fail(`"${text}" is no IP address`),
    'isIP(string): bool': (text: string) => parseIp(text) !== undefined,
    'net.IP.family(): int': (ip: Ip) => (ip.bytes.length === 4 ? 4n : 6n),
    'net.IP.isLoopback(): bool': (ip: Ip) => (ip.bytes.length === 4 ? ip.bytes[0] === 127 : isEnd(ip, 1)),
    'net.IP.isUnspecified(): bool': (ip: Ip) => ip.bytes.every((byte) => byte === 0),
    'cidr(string): net.CIDR': (text: string) => parseCidr(text) ?? fail(`"${text}" is no CIDR`),
    'isCIDR(string): bool': (text: string) => parseCidr(text) !== undefined,
    'net.CIDR.containsIP(string): bool': (cidr: Cidr, text: string) =>
      contains(cidr, parseIp(text) ?? fail(`"${text}" is no IP address`)),
    'net.CIDR.containsIP(net.IP): bool': contains,
    'net.CIDR.containsCIDR(net.CIDR): bool': (a: Cidr, b: Cidr) => b.length >= a.length && contains(a, b.ip),
    'net.CIDR.containsCIDR(string): bool': (a: Cidr, text: string) => {
      const b = parseCidr(text) ?? fail(`"${text}" is no CIDR`)
      return b.length >= a.length && contains(a, b.ip)
    },
    'net.CIDR.prefixLength(): int': (cidr: Cidr) => BigInt(cidr.length),
    'net.CIDR.ip(): net.IP': (cidr: Cidr) => cidr.ip,
    'url(string): kubernetes.URL': (text: string) => parseUrl(text) ?? fail(`"${text}" is no URL`),
    'isURL(string): bool': (text: string) => parseUrl(text) !== undefined,
    'kubernetes.URL.getScheme(): string': ({ url }: Url) => url.protocol.replace(/:$/, ''),
    'kubernetes.URL.getHost(): string': ({ url }: Url) => url.host,
    'kubernetes.URL.getHostname(): string': ({ url }: Url) => url.hostname.replace(/^\[|\]$/g, ''),
    'kubernetes.URL.getPort(): string': ({ url }: Url) => url.port,
    'kubernetes.URL.getEscapedPath(): string': ({ url }: Url) => url.pathname,
    'string.find(string): string': (text: string, pattern: string) =>
      pattern === '' ? '' : (new RegExp(pattern, 'u').exec(text)?.[0] ?? ''),
    'string.findAll(string): list': (text: string, pattern: string) =>
      [...text.matchAll(new RegExp(pattern, 'gu'))].map(([found]) => found),
    'string.findAll(string, int): list': (text: string, pattern: string, limit: bigint) => {
      const all = [...text.matchAll(new RegExp(pattern, 'gu'))].map(([found]) => found)
      return limit < 0n ? all : all.slice(0, Number(limit))
    },
    'semver(string): kubernetes.Semver': (text: string) =>
      parseSemver(text) ?? fail(`"${text}" is no semantic version`),
    'isSemver(string): bool': (text: string) => parseSemver(text) !== undefined,
    'kubernetes.Semver.major(): int': ({ parts }: Semver) => BigInt(parts[0]),
    'kubernetes.Semver.minor(): int': ({ parts }: Semver) => BigInt(parts[1]),
    'kubernetes.Semver.patch(): int': ({ parts }: Semver) => BigInt(parts[2]),
    'kubernetes.Semver.compareTo(kubernetes.Semver): int': (a: Semver, b: Semver) =>
      BigInt(compareSemver(a, b)),
    'kubernetes.Semver.isGreaterThan(kubernetes.Semver): bool': (a: Semver, b: Semver) =>
      compareSemver(a, b) > 0,
    'kubernetes.Semver.isLessThan(kubernetes.Semver): bool': (a: Semver, b: Semver) =>
      compareSemver(a, b) < 0,
    'list.isSorted(): bool': (list: readonly (number | bigint | string)[]) =>
      list.every((item, at) => at === 0 || (list[at - 1] ?? item) <= item),
    'list.sum(): dyn': (list: readonly (number | bigint)[]) =>
      list.reduce<number | bigint>(
        (total, each) =>
          typeof total === 'bigint' && typeof each === 'bigint' ? total + each : Number(total) + Number(each),
        0n,
      ),
    'list.min(): dyn': (list: readonly bigint[]) => list.reduce((a, b) => (b < a ? b : a)),
    'list.max(): dyn': (list: readonly bigint[]) => list.reduce((a, b) => (b > a ? b : a)),
    'list.indexOf(dyn): int': (list: readonly unknown[], value: unknown) => BigInt(list.indexOf(value)),
    'list.lastIndexOf(dyn): int': (list: readonly unknown[], value: unknown) =>
      BigInt(list.lastIndexOf(value)),
  }
  for (const [signature, handler] of Object.entries(functions)) {
    try {
      environment.registerFunction(signature, handler as (...values: unknown[]) => unknown)
    } catch (thrown) {
      // The library may come to know a function by itself.
      if (!/already|exist|overlap|duplicate/i.test(String(thrown))) throw thrown
    }
  }
}

function fail(message: string): never {
  throw new Error(message)
}

function readQuantity(text: string): Quantity {
  return parseQuantity(text) === undefined ? fail(`"${text}" is no quantity`) : new Quantity(text)
}

function order(a: Quantity, b: Quantity): number {
  return compareQuantities(a.text, b.text) ?? 0
}

function whole({ text }: Quantity): bigint | undefined {
  const read = parseQuantity(text)
  return read === undefined || read.scale < 0 ? undefined : read.value * 10n ** BigInt(read.scale)
}

function approximate({ text }: Quantity): number {
  const read = parseQuantity(text)
  return read === undefined ? Number.NaN : Number(read.value) * 10 ** read.scale
}

function sum(a: Quantity, b: Quantity, sign: bigint): Quantity {
  const [left, right] = [parseQuantity(a.text), parseQuantity(b.text)]
  if (left === undefined || right === undefined) return fail('no quantity')
  const scale = Math.min(left.scale, right.scale)
  const value =
    left.value * 10n ** BigInt(left.scale - scale) + sign * right.value * 10n ** BigInt(right.scale - scale)
  return new Quantity(scale >= 0 ? `${value * 10n ** BigInt(scale)}` : `${value}e${scale}`)
}

function parseIp(text: string): Ip | undefined {
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) {
    const bytes = text.split('.').map(Number)
    return bytes.every((byte) => byte < 256) ? new Ip(text, bytes) : undefined
  }
  if (!text.includes(':') || text.length > 45 || !URL.canParse(`http://[${text}]/`)) return undefined
  const [head = '', tail] = new URL(`http://[${text}]/`).hostname.slice(1, -1).split('::')
  const groups = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((each) => Number.parseInt(each, 16))
  const [left, right] = [groups(head), groups(tail ?? '')]
  const all = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right]
  return new Ip(
    text,
    all.flatMap((group) => [group >> 8, group & 255]),
  )
}

function parseCidr(text: string): Cidr | undefined {
  const [address = '', length = '', more] = text.split('/')
  const ip = parseIp(address)
  if (ip === undefined || more !== undefined || !/^\d{1,3}$/.test(length)) return undefined
  return Number(length) <= ip.bytes.length * 8 ? new Cidr(ip, Number(length)) : undefined
}

function contains({ ip, length }: Cidr, other: Ip): boolean {
  if (ip.bytes.length !== other.bytes.length) return false
  return ip.bytes.every((byte, index) => {
    const bits = Math.max(0, Math.min(8, length - index * 8))
    const mask = (0xff << (8 - bits)) & 0xff
    return (byte & mask) === ((other.bytes[index] ?? 0) & mask)
  })
}

function isEnd({ bytes }: Ip, last: number): boolean {
  return bytes.every((byte, index) => byte === (index === bytes.length - 1 ? last : 0))
}

function parseUrl(text: string): Url | undefined {
  return URL.canParse(text) ? new Url(new URL(text)) : undefined
}

function parseSemver(text: string): Semver | undefined {
  const found =
    /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:-([0-9A-Za-z.-]{1,100}))?(?:\+[0-9A-Za-z.-]{1,100})?$/.exec(text)
  return found === null
    ? undefined
    : new Semver([Number(found[1]), Number(found[2]), Number(found[3])], found[4] ?? '')
}

function compareSemver(a: Semver, b: Semver): number {
  for (const at of [0, 1, 2] as const)
    if (a.parts[at] !== b.parts[at]) return Math.sign(a.parts[at] - b.parts[at])
  if (a.pre === b.pre) return 0
  if (a.pre === '' || b.pre === '') return a.pre === '' ? 1 : -1
  return a.pre.localeCompare(b.pre, 'en', { numeric: true }) < 0 ? -1 : 1
}
