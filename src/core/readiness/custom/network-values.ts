/** An IP address of CEL: 4 or 16 bytes. */
export class Ip {
  readonly bytes: readonly number[]
  readonly text: string
  constructor(text: string, bytes: readonly number[]) {
    this.text = text
    this.bytes = bytes
  }
}

export class Cidr {
  readonly ip: Ip
  readonly length: number
  constructor(ip: Ip, length: number) {
    this.ip = ip
    this.length = length
  }
}

/** Undefined: no address. An address with a zone, or IPv4 within IPv6, is none in Kubernetes. */
export function parseIp(text: string): Ip | undefined {
  if (/^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/.test(text)) {
    const bytes = text.split('.').map(Number)
    return bytes.every((byte) => byte < 256) ? new Ip(text, bytes) : undefined
  }
  if (!text.includes(':') || text.includes('.') || text.length > 45 || !URL.canParse(`http://[${text}]/`))
    return undefined
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

/** Undefined: no address with the length of its prefix. */
export function parseCidr(text: string): Cidr | undefined {
  const [address = '', length = '', more] = text.split('/')
  const ip = parseIp(address)
  if (ip === undefined || more !== undefined || !/^\d{1,3}$/.test(length)) return undefined
  return Number(length) <= ip.bytes.length * 8 ? new Cidr(ip, Number(length)) : undefined
}

export function containsIp({ ip, length }: Cidr, other: Ip): boolean {
  if (ip.bytes.length !== other.bytes.length) return false
  return ip.bytes.every((byte, index) => {
    const mask = maskAt(length, index)
    return (byte & mask) === ((other.bytes[index] ?? 0) & mask)
  })
}

/** The network: bits beyond the prefix are zero. */
export function masked({ ip, length }: Cidr): Cidr {
  const bytes = ip.bytes.map((byte, index) => byte & maskAt(length, index))
  return new Cidr(new Ip(writeIp({ bytes }), bytes), length)
}

function maskAt(length: number, index: number): number {
  return (0xff << (8 - Math.max(0, Math.min(8, length - index * 8)))) & 0xff
}

/** The canonical text of an address. https://www.rfc-editor.org/rfc/rfc5952 */
export function writeIp({ bytes }: Pick<Ip, 'bytes'>): string {
  if (bytes.length === 4) return bytes.join('.')
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0)).toString(16),
  )
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1)
}

export function isSameIp(a: Ip, b: Ip): boolean {
  return a.bytes.length === b.bytes.length && a.bytes.every((byte, index) => byte === b.bytes[index])
}

export function isUnspecified({ bytes }: Ip): boolean {
  return bytes.every((byte) => byte === 0)
}

export function isLoopback({ bytes }: Ip): boolean {
  if (bytes.length === 4) return bytes[0] === 127
  return bytes.every((byte, index) => byte === (index === 15 ? 1 : 0))
}

export function isLinkLocalUnicast({ bytes: [a = 0, b = 0, ...rest] }: Ip): boolean {
  return rest.length === 2 ? a === 169 && b === 254 : a === 0xfe && (b & 0xc0) === 0x80
}

export function isLinkLocalMulticast({ bytes: [a = 0, b = 0, c = 0, ...rest] }: Ip): boolean {
  return rest.length === 1 ? a === 224 && b === 0 && c === 0 : a === 0xff && (b & 0x0f) === 0x02
}

/** As Go has it: private addresses are global unicast too. https://pkg.go.dev/net/netip#Addr.IsGlobalUnicast */
export function isGlobalUnicast(ip: Ip): boolean {
  const [first = 0] = ip.bytes
  const isMulticast = ip.bytes.length === 4 ? first >> 4 === 0xe : first === 0xff
  const isBroadcast = ip.bytes.length === 4 && ip.bytes.every((byte) => byte === 255)
  return !isUnspecified(ip) && !isLoopback(ip) && !isMulticast && !isLinkLocalUnicast(ip) && !isBroadcast
}
