import type { Format } from 'ajv'

const matches =
  (pattern: RegExp): ((text: string) => boolean) =>
  (text) =>
    pattern.test(text)

/** The string formats that GitHub's descriptions name. Those that say nothing checkable accept every string. */
export const formats: Record<string, Format> = {
  'date-time': matches(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/),
  date: matches(/^\d{4}-\d\d-\d\d$/),
  uri: (text) => text === '' || URL.canParse(text), // GitHub answers '' where there is none
  'uri-template': true,
  email: matches(/@/),
  hostname: true,
  'ssh-key': true,
  'repo.nwo': matches(/^[^/]+\/[^/]+$/),
  timestamp: true,
  binary: true,
  int32: true,
  int64: true,
  float: true,
  double: true,
}
