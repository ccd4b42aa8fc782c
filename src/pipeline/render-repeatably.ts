import { setTimeout as wait } from 'node:timers/promises'
import { parseManifests } from '../core/change/parse-manifests.ts'
import type { JsonObject } from '../core/change/resource.ts'
import { settleRandom, varies } from '../core/change/settle-random.ts'
import { templateOf } from '../core/targets/trace-templates.ts'
import { AppError } from '../errors.ts'
import type { Renderer, RenderRequest } from '../ports/renderer.ts'

/** Milliseconds after which a clock shows another second. */
const nextSecond = 1_100

/**
 * Renders so that the same inputs give the same text: charts that may make something by chance or by the clock are rendered twice and
 * what differs is settled. Throws as the renderer does, and `render-failed` where it cannot be settled.
 */
export async function renderRepeatably(renderer: Renderer, request: RenderRequest): Promise<string> {
  const rendered = await renderer.render(request)
  const how = variation(request)
  if (how === undefined) return rendered
  if (how === 'clock') await wait(nextSecond)
  const again = await renderer.render(request)
  if (again === rendered) return rendered
  const templates: (string | undefined)[] = []
  const settled = settleRandom(objectsOf(rendered, templates), objectsOf(again))
  if (settled !== undefined)
    return settled.map((object, index) => withTemplate(templates[index], object)).join('\n---\n')
  throw new AppError(
    'render-failed',
    'it renders another number of objects each time (a template uses chance or the clock): nothing that is signed could stay signed',
  )
}

function variation({ files }: RenderRequest): 'random' | 'clock' | undefined {
  // What is packed cannot be looked into.
  if ([...files.keys()].some((path) => path.endsWith('.tgz'))) return 'random'
  const found = [...files].flatMap(([path, { content, mode }]) =>
    mode === '120000' || !/(?:^|\/)templates\//.test(path) ? [] : (varies(content.toString('utf8')) ?? []),
  )
  return found.includes('clock') ? 'clock' : found[0]
}

/** An object below the template that it comes from, as Helm writes it. */
function withTemplate(template: string | undefined, object: JsonObject): string {
  return `${template === undefined ? '' : `# Source: ${template}\n`}${JSON.stringify(object)}`
}

function objectsOf(text: string, templates: (string | undefined)[] = []): readonly JsonObject[] {
  const onDocument = (document: string, resources: readonly unknown[]): void => {
    for (const _ of resources) templates.push(templateOf(document))
  }
  const parsed = parseManifests(text, { file: '', foreign: 'skip', onDocument })
  if (parsed.ok) return parsed.value.map(({ object }) => object)
  throw new AppError('render-failed', `what it renders cannot be read: ${parsed.problems[0]?.message ?? ''}`)
}
