import type { Environment } from '@marcbachmann/cel-js'
import {
  Cidr,
  containsIp,
  Ip,
  isGlobalUnicast,
  isLinkLocalMulticast,
  isLinkLocalUnicast,
  isLoopback,
  isSameIp,
  isUnspecified,
  masked,
  parseCidr,
  parseIp,
  writeIp,
} from './network-values.ts'
import { registerAll } from './register-all.ts'

class IpNamespace {}
class Url {
  readonly parts: UrlParts
  constructor(parts: UrlParts) {
    this.parts = parts
  }
}
interface UrlParts {
  readonly scheme: string
  readonly host: string
  readonly path: string
  readonly query: string
}

/** IP addresses, CIDRs and URLs of Kubernetes' CEL. https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-ip-address-library */
export function registerNetwork(environment: Environment): void {
  environment.registerType('net.IP', Ip)
  environment.registerType('net.CIDR', Cidr)
  environment.registerType('kubernetes.URL', Url)
  environment.registerType('kubernetes.IpNamespace', IpNamespace)
  environment.registerConstant('ip', 'kubernetes.IpNamespace', new IpNamespace())
  registerAll(environment, {
    'ip(string): net.IP': ipOf,
    'isIP(string): bool': (text: string) => parseIp(text) !== undefined,
    'kubernetes.IpNamespace.isCanonical(string): bool': (_: IpNamespace, text: string) =>
      writeIp(ipOf(text)) === text,
    'string(net.IP): string': writeIp,
    'net.IP.family(): int': (ip: Ip) => (ip.bytes.length === 4 ? 4n : 6n),
    'net.IP.isLoopback(): bool': isLoopback,
    'net.IP.isUnspecified(): bool': isUnspecified,
    'net.IP.isLinkLocalUnicast(): bool': isLinkLocalUnicast,
    'net.IP.isLinkLocalMulticast(): bool': isLinkLocalMulticast,
    'net.IP.isGlobalUnicast(): bool': isGlobalUnicast,
    'cidr(string): net.CIDR': cidrOf,
    'isCIDR(string): bool': (text: string) => parseCidr(text) !== undefined,
    'string(net.CIDR): string': ({ ip, length }: Cidr) => `${writeIp(ip)}/${length}`,
    'net.CIDR.containsIP(string): bool': (cidr: Cidr, text: string) => containsIp(cidr, ipOf(text)),
    'net.CIDR.containsIP(net.IP): bool': containsIp,
    'net.CIDR.containsCIDR(net.CIDR): bool': containsCidr,
    'net.CIDR.containsCIDR(string): bool': (a: Cidr, text: string) => containsCidr(a, cidrOf(text)),
    'net.CIDR.prefixLength(): int': ({ length }: Cidr) => BigInt(length),
    'net.CIDR.ip(): net.IP': ({ ip }: Cidr) => ip,
    'net.CIDR.masked(): net.CIDR': masked,
    'url(string): kubernetes.URL': (text: string) => parseUrl(text) ?? fail(`"${text}" is no URL`),
    'isURL(string): bool': (text: string) => parseUrl(text) !== undefined,
    'kubernetes.URL.getScheme(): string': ({ parts }: Url) => parts.scheme,
    'kubernetes.URL.getHost(): string': ({ parts }: Url) => parts.host,
    'kubernetes.URL.getHostname(): string': ({ parts }: Url) =>
      parts.host.replace(/:\d*$/, '').replace(/^\[|\]$/g, ''),
    'kubernetes.URL.getPort(): string': ({ parts }: Url) => /:(\d*)$/.exec(parts.host)?.[1] ?? '',
    'kubernetes.URL.getEscapedPath(): string': ({ parts }: Url) => encodeURI(decodeSafely(parts.path)),
    'kubernetes.URL.getQuery(): map': ({ parts }: Url) => queryOf(parts.query),
  })
  const equal = (a: Cidr, b: Cidr): boolean => isSameIp(a.ip, b.ip) && a.length === b.length
  environment.registerOperator('net.IP == net.IP', isSameIp as (a: unknown, b: unknown) => boolean)
  environment.registerOperator('net.CIDR == net.CIDR', equal as (a: unknown, b: unknown) => boolean)
}

function fail(message: string): never {
  throw new Error(message)
}

function ipOf(text: string): Ip {
  return parseIp(text) ?? fail(`"${text}" is no IP address`)
}

function cidrOf(text: string): Cidr {
  return parseCidr(text) ?? fail(`"${text}" is no CIDR`)
}

function containsCidr(a: Cidr, b: Cidr): boolean {
  return b.length >= a.length && containsIp(a, b.ip)
}

/** An absolute URL or an absolute path, as in Go's ParseRequestURI: the port stays as it is written. */
function parseUrl(text: string): Url | undefined {
  const found =
    /^(?:([a-z][a-z0-9+.-]*):(?:\/\/(?:[^/?#@]*@)?([^/?#]*))?)?(\/[^?#]*|)(?:\?([^#]*))?(?:#.*)?$/i.exec(text)
  if (found === null || text === '' || text.length > 10_000) return undefined
  const [, scheme = '', host = '', path = '', query = ''] = found
  if (scheme === '' ? !path.startsWith('/') : host === '' && path === '') return undefined
  if (host !== '' && !URL.canParse(`http://${host}/`)) return undefined
  return new Url({ scheme: scheme.toLowerCase(), host, path, query })
}

function decodeSafely(text: string): string {
  try {
    return decodeURI(text)
  } catch {
    return text
  }
}

function queryOf(query: string): Record<string, string[]> {
  const found = Object.create(null) as Record<string, string[]>
  for (const [name, value] of new URLSearchParams(query)) (found[name] ??= []).push(value)
  return { ...found }
}
