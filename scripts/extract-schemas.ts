#!/usr/bin/env node
/**
 * Writes policies/schemas/: structural schemas of Kubernetes and of common custom resources, one file per API group, extracted from the
 * declarations of kubernetes-models and @kubernetes-models/*. The declarations say which fields there are; the compiled validators of
 * the same packages do not, and unknown fields are what people get wrong. Run it after a new version of those packages.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import ts from 'typescript'

const root = join(import.meta.dirname, '..')
const modules = join(root, 'node_modules')

interface Schema {
  type?: string
  $ref?: string
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: Schema | boolean
  items?: Schema
  enum?: (string | number | boolean)[]
  format?: string
  anyOf?: Schema[]
  'x-kubernetes-int-or-string'?: true
  'x-kubernetes-preserve-unknown-fields'?: true
}

/** Types with a shape of their own in JSON. */
const special: Readonly<Record<string, Schema>> = {
  IIoK8sApimachineryPkgUtilIntstrIntOrString: { 'x-kubernetes-int-or-string': true },
  IIoK8sApimachineryPkgApiResourceQuantity: {
    anyOf: [{ type: 'string' }, { type: 'number' }],
    format: 'quantity',
  },
  IIoK8sApimachineryPkgApisMetaV1Time: { type: 'string' },
  IIoK8sApimachineryPkgApisMetaV1MicroTime: { type: 'string' },
  IIoK8sApimachineryPkgRuntimeRawExtension: { 'x-kubernetes-preserve-unknown-fields': true },
  IIoK8sApimachineryPkgApisMetaV1FieldsV1: { 'x-kubernetes-preserve-unknown-fields': true },
}

const coreContainer = /kubernetes-models\/v1\/Container#I\w*Container$/

class Extractor {
  readonly definitions: Record<string, Schema> = {}
  readonly #files = new Map<string, { types: Map<string, ts.Node>; imports: Map<string, string> }>()

  /** Name under which the type of a file is defined. */
  define(file: string, name: string): Schema {
    const key = `${file.slice(modules.length + 1).replace(/\.d\.ts$/, '')}#${name}`
    if (this.definitions[key] !== undefined) return { $ref: key }
    const { types } = this.#read(file)
    const node = types.get(name)
    if (node === undefined) return {}
    this.definitions[key] = {}
    this.definitions[key] = this.#convertDeclaration(node, file)
    return { $ref: key }
  }

  #read(file: string): { types: Map<string, ts.Node>; imports: Map<string, string> } {
    const known = this.#files.get(file)
    if (known !== undefined) return known
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
    const types = new Map<string, ts.Node>()
    const imports = new Map<string, string>()
    const aliases: [string, string][] = []
    for (const statement of source.statements) {
      if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement))
        types.set(statement.name.text, statement)
      if (ts.isImportDeclaration(statement) && ts.isStringLiteral(statement.moduleSpecifier)) {
        const bindings = statement.importClause?.namedBindings
        if (bindings !== undefined && ts.isNamedImports(bindings))
          for (const each of bindings.elements) imports.set(each.name.text, statement.moduleSpecifier.text)
      }
      if (
        ts.isExportDeclaration(statement) &&
        statement.exportClause !== undefined &&
        ts.isNamedExports(statement.exportClause)
      )
        for (const each of statement.exportClause.elements)
          aliases.push([each.name.text, each.propertyName?.text ?? each.name.text])
    }
    for (const [alias, name] of aliases) {
      const node = types.get(name)
      if (node !== undefined) types.set(alias, node)
    }
    const read = { types, imports }
    this.#files.set(file, read)
    return read
  }

  #convertDeclaration(node: ts.Node, file: string): Schema {
    if (ts.isInterfaceDeclaration(node)) {
      const own = this.#members(node.members, file)
      const parents = (node.heritageClauses ?? [])
        .flatMap(({ types }) => [...types])
        .filter((each) => each.expression.getText() !== 'TypeMeta')
        .map((each) => this.#resolve(this.#named(each.expression.getText(), file)))
      if (parents.length === 0) return own
      if (!parents.every(({ properties }) => properties !== undefined)) return {}
      const all = [...parents, own]
      return {
        type: 'object',
        properties: Object.assign({}, ...all.map(({ properties }) => properties)) as Record<string, Schema>,
        required: all.flatMap(({ required = [] }) => required),
      }
    }
    return ts.isTypeAliasDeclaration(node) ? this.#convert(node.type, file) : {}
  }

  #members(members: ts.NodeArray<ts.TypeElement>, file: string): Schema {
    const properties: Record<string, Schema> = {}
    const required: string[] = []
    let additional: Schema | undefined
    for (const member of members) {
      if (ts.isIndexSignatureDeclaration(member)) additional = this.#convert(member.type, file)
      if (!ts.isPropertySignature(member) || member.type === undefined) continue
      const name =
        ts.isStringLiteral(member.name) || ts.isIdentifier(member.name)
          ? member.name.text
          : member.name.getText()
      properties[name] = this.#convert(member.type, file)
      if (member.questionToken === undefined) required.push(name)
    }
    if (additional !== undefined && Object.keys(properties).length === 0)
      return { type: 'object', additionalProperties: additional }
    return {
      type: 'object',
      properties,
      ...(required.length === 0 ? {} : { required }),
      ...(additional === undefined ? {} : { additionalProperties: additional }),
    }
  }

  #convert(node: ts.TypeNode, file: string): Schema {
    if (ts.isParenthesizedTypeNode(node)) return this.#convert(node.type, file)
    if (ts.isTypeLiteralNode(node)) return this.#members(node.members, file)
    if (ts.isArrayTypeNode(node)) return { type: 'array', items: this.#convert(node.elementType, file) }
    if (ts.isUnionTypeNode(node)) return this.#union(node, file)
    if (ts.isIntersectionTypeNode(node)) return this.#intersection(node, file)
    if (ts.isLiteralTypeNode(node)) return this.#union(node, file)
    if (ts.isTypeReferenceNode(node)) return this.#reference(node, file)
    switch (node.kind) {
      case ts.SyntaxKind.StringKeyword:
        return { type: 'string' }
      case ts.SyntaxKind.NumberKeyword:
        return { type: 'number' }
      case ts.SyntaxKind.BooleanKeyword:
        return { type: 'boolean' }
      default:
        return {}
    }
  }

  #union(node: ts.TypeNode, file: string): Schema {
    const parts = (ts.isUnionTypeNode(node) ? [...node.types] : [node]).filter(
      (each) => !(ts.isLiteralTypeNode(each) && each.literal.kind === ts.SyntaxKind.NullKeyword),
    )
    const literals = parts.flatMap((each) =>
      ts.isLiteralTypeNode(each) && ts.isStringLiteral(each.literal) ? [each.literal.text] : [],
    )
    if (literals.length === parts.length && literals.length > 0) return { type: 'string', enum: literals }
    if (parts.length === 1 && parts[0] !== undefined && parts[0] !== node)
      return this.#convert(parts[0], file)
    const words = parts.map((each) => each.kind)
    if (words.includes(ts.SyntaxKind.StringKeyword) && words.includes(ts.SyntaxKind.NumberKeyword))
      return { anyOf: [{ type: 'string' }, { type: 'number' }] }
    return {}
  }

  /** Shapes that must all fit: their fields together, where all of them are maps. */
  #intersection(node: ts.IntersectionTypeNode, file: string): Schema {
    const parts = node.types.map((each) => this.#resolve(this.#convert(each, file)))
    if (!parts.every(({ properties }) => properties !== undefined)) return {}
    return {
      type: 'object',
      properties: Object.assign({}, ...parts.map(({ properties }) => properties)) as Record<string, Schema>,
    }
  }

  #reference(node: ts.TypeReferenceNode, file: string): Schema {
    const name = node.typeName.getText()
    const [first] = node.typeArguments ?? []
    if (name === 'Array' && first !== undefined) return { type: 'array', items: this.#convert(first, file) }
    if (name === 'Record' || name === 'Partial') return {}
    return this.#named(name, file)
  }

  #resolve(schema: Schema): Schema {
    return schema.$ref === undefined ? schema : (this.definitions[schema.$ref] ?? {})
  }

  #named(name: string, file: string): Schema {
    // What a person may write as they like (values of a chart), and schemas within schemas.
    if (/Apiextensions(?:V1|V1beta1)JSON(?:$|SchemaPropsOr)/.test(name)) return {}
    const known = special[name]
    if (known !== undefined) return known
    const { imports, types } = this.#read(file)
    if (types.has(name)) return this.define(file, name)
    const from = imports.get(name)
    if (from === undefined || from === '@kubernetes-models/base') return {}
    return this.define(locate(from, file), name)
  }
}

function locate(specifier: string, file: string): string {
  const plain = specifier.replace(/\.js$/, '')
  return `${specifier.startsWith('.') ? resolve(dirname(file), plain) : join(modules, plain)}.d.ts`
}

/** Only what a kind reaches goes into its file, under short names. */
function closure(
  schema: Schema,
  all: Record<string, Schema>,
  names: Map<string, string>,
  into: Record<string, Schema>,
): Schema {
  const visit = (each: Schema): Schema => {
    if (each.$ref !== undefined) {
      let name = names.get(each.$ref)
      if (name === undefined) {
        name = `d${names.size}`
        names.set(each.$ref, name)
        into[name] = {}
        into[name] = visit(all[each.$ref] ?? {})
      }
      return { $ref: name }
    }
    return {
      ...each,
      ...(each.properties === undefined
        ? {}
        : {
            properties: Object.fromEntries(
              Object.entries(each.properties).map(([key, value]) => [key, visit(value)]),
            ),
          }),
      ...(each.items === undefined ? {} : { items: visit(each.items) }),
      ...(typeof each.additionalProperties === 'object'
        ? { additionalProperties: visit(each.additionalProperties) }
        : {}),
    }
  }
  return visit(schema)
}

interface GroupFile {
  kinds: Record<string, Schema>
  definitions: Record<string, Schema>
}

function extract(): ReadonlyMap<string, GroupFile> {
  const extractor = new Extractor()
  const packages = [
    'kubernetes-models',
    ...readdirSync(join(modules, '@kubernetes-models')).map((name) => `@kubernetes-models/${name}`),
  ]
  const found = new Map<string, Record<string, Schema>>()
  for (const name of packages) {
    if (/\/(?:base|validate|apimachinery)$/.test(name)) continue
    for (const entry of readdirSync(join(modules, name), { recursive: true, encoding: 'utf8' })) {
      if (!entry.endsWith('.d.ts') || entry.startsWith('_schemas') || entry.includes('node_modules')) continue
      const file = join(modules, name, entry)
      const type = `I${basename(entry, '.d.ts')}`
      const own = extractor.define(file, type)
      const { apiVersion: version, kind: called } = extractor.definitions[own.$ref ?? '']?.properties ?? {}
      const [apiVersion, kind] = [version?.enum?.[0], called?.enum?.[0]]
      if (typeof apiVersion !== 'string' || typeof kind !== 'string' || kind.endsWith('List')) continue
      const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? 'core') : 'core'
      const kinds = found.get(group) ?? {}
      kinds[`${apiVersion} ${kind}`] = own
      found.set(group, kinds)
    }
  }
  return new Map(
    [...found].map(([group, kinds]) => {
      const [names, definitions] = [new Map<string, string>(), {} as Record<string, Schema>]
      const closed = Object.fromEntries(
        Object.entries(kinds)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, schema]) => [key, closure(schema, extractor.definitions, names, definitions)]),
      )
      // Knative names the only container of a pod itself.
      if (group === 'serving.knative.dev')
        for (const [key, name] of names) if (coreContainer.test(key)) delete definitions[name]?.required
      return [group, { kinds: closed, definitions }]
    }),
  )
}

if (import.meta.main) {
  const folder = join(root, 'policies/schemas')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const [group, file] of extract())
    writeFileSync(join(folder, `${group}.json`), `${JSON.stringify(file)}\n`)
}
