import { parse } from 'yaml'
import type { App } from './world/model.ts'

/** What an `app.yml` asks for. https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest */
export interface AppManifest {
  readonly name: string
  readonly permissions: App['permissions']
  readonly events: readonly string[]
}

export function parseAppManifest(text: string): AppManifest {
  const manifest = parse(text) as {
    name: string
    default_permissions?: App['permissions']
    default_events?: readonly string[]
  }
  return {
    name: manifest.name,
    permissions: manifest.default_permissions ?? {},
    events: manifest.default_events ?? [],
  }
}
