import { styleText } from 'node:util'
import type { CliIo } from './io.ts'

type Style = 'red' | 'green' | 'yellow' | 'cyan' | 'bold' | 'dim'

/** Colours a text where standard output is a terminal that wants it; control characters of the text itself never reach it. */
export type Paint = (style: Style, text: string) => string

export function painter(io: CliIo): Paint {
  const isColoured = io.stdoutIsTerminal && io.settings.color
  return (style, text) => (isColoured ? styleText(style, text, { validateStream: false }) : text)
}

/** Text from a repository, safe for a terminal: control characters (escape sequences, carriage returns) become visible. */
export function printable(text: string): string {
  return text.replace(
    /[^\P{Cc}\t]|[\u202a-\u202e\u2066-\u2069\u200b\ufeff]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  )
}
