const unitMs = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 } as const
const longestMs = 3650 * unitMs.d

/** `90s`, `30m`, `72h`, `7d`, `1h30m` in milliseconds; undefined when it is not written like that or longer than ten years. */
export function parseDuration(text: string): number | undefined {
  const parts = /^(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$/.exec(text)
  if (parts === null || text === '') return undefined
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = parts
  const total =
    Number(days) * unitMs.d +
    Number(hours) * unitMs.h +
    Number(minutes) * unitMs.m +
    Number(seconds) * unitMs.s
  return total <= longestMs ? total : undefined
}

/** Milliseconds as a person writes them: `72h`, `1h30m`; whole days only from a week on, as people say 72h but not 168h. */
export function writeDuration(ms: number): string {
  let rest = Math.max(0, Math.round(ms / 1000) * 1000)
  if (rest === 0) return '0s'
  const days = rest >= 7 * unitMs.d ? Math.floor(rest / unitMs.d) : 0
  rest -= days * unitMs.d
  const hours = Math.floor(rest / unitMs.h)
  rest -= hours * unitMs.h
  const minutes = Math.floor(rest / unitMs.m)
  const seconds = (rest - minutes * unitMs.m) / unitMs.s
  const parts = [
    days > 0 && `${days}d`,
    hours > 0 && `${hours}h`,
    minutes > 0 && `${minutes}m`,
    seconds > 0 && `${seconds}s`,
  ]
  return parts.filter((part) => part !== false).join('')
}
