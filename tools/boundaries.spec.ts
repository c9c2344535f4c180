/** The floors of docs/architecture.md: imports point down, are declared, and pure libs stay pure. */
import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const scope = '@knative-ts/'

/** What each project's sources may import of the workspace. Specs may import `testing` too. */
const floors: Record<string, readonly string[]> = {
  api: [],
  scaling: ['api'],
  traffic: ['api'],
  throttling: ['api'],
  eventing: ['api'],
  proxy: ['throttling'],
  kube: ['api'],
  registry: ['api'],
  wire: [],
  telemetry: [],
  disk: [],
  messaging: ['eventing', 'disk'],
  host: ['telemetry'],
  kubelet: ['kube', 'registry', 'api'],
  apiserver: ['kube', 'registry', 'disk', 'api'],
  testing: ['*']
}
const mechanisms = [
  'host',
  'telemetry',
  'wire',
  'kube',
  'registry',
  'proxy',
  'messaging',
  'disk',
  'api',
  'scaling',
  'traffic',
  'throttling',
  'eventing',
  'apiserver',
  'kubelet'
]
const pure = ['api', 'scaling', 'traffic', 'throttling', 'eventing']

interface Project {
  readonly name: string
  readonly app: boolean
  readonly declared: ReadonlySet<string>
  readonly imports: readonly { readonly file: string; readonly target: string; readonly spec: boolean }[]
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  return [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\b[^'"\n]*?(?:\{[^}]*\}[^'"\n]*?)?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s+['"]([^'"]+)['"]/g
    )
  ]
    .map((match) => match[1] ?? match[2] ?? match[3] ?? '')
    .filter((target) => target !== '')
}

const packageOf = (target: string): string =>
  target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/')

const projects: Project[] = globSync('{apps,libs}/*/package.json', { cwd: root }).map((manifest) => {
  const directory = dirname(manifest)
  const json = JSON.parse(readFileSync(join(root, manifest), 'utf8')) as Record<string, Record<string, string> | undefined>
  const files = globSync(`${directory}/{src,bench}/**/*.ts`, { cwd: root }).filter((file) => !file.includes('/node_modules/'))
  return {
    name: directory.split('/')[1] ?? '',
    app: directory.startsWith('apps/'),
    declared: new Set([...Object.keys(json['dependencies'] ?? {}), ...Object.keys(json['devDependencies'] ?? {})]),
    imports: files.flatMap((file) =>
      importsOf(file).map((target) => ({
        file,
        target,
        spec: /\.(spec|bench|fixture|trace)\.ts$|\/testing\/|\/bench\/|\/messaging\/src\/contract\//.test(file)
      }))
    )
  }
})

describe.each(projects)('$name', ({ name, app, declared, imports }) => {
  const allowed = app ? mechanisms : (floors[name] ?? [])

  it('imports only what lies below it', () => {
    const upward = imports.filter(({ target, spec }) => {
      if (!target.startsWith(scope)) return false
      const other = target.slice(scope.length).split('/')[0] ?? ''
      return other !== name && !(spec && (other === 'testing' || !app)) && !allowed.includes(other) && !allowed.includes('*')
    })
    expect(upward).toEqual([])
  })

  it('declares what it imports', () => {
    const undeclared = imports.filter(({ target, spec }) => {
      if (target.startsWith('.') || target.startsWith('node:') || target === `${scope}${name}`) return false
      const wanted = packageOf(target)
      return (
        wanted !== `${scope}${name}` &&
        !declared.has(wanted) &&
        !(spec && ['@jest/globals', 'fast-check', 'rolldown', `${scope}testing`].includes(wanted))
      )
    })
    expect(undeclared).toEqual([])
  })

  it('reaches into no other project by path', () => {
    const reaching = imports.filter(
      ({ file, target }) => target.startsWith('.') && !join(dirname(file), target).startsWith(`${app ? 'apps' : 'libs'}/${name}/`)
    )
    expect(reaching).toEqual([])
  })

  if (pure.includes(name)) {
    it('is pure: no node: modules', () => {
      expect(imports.filter(({ target, spec }) => !spec && target.startsWith('node:'))).toEqual([])
    })
  }
})

it('only host imports NestJS besides modules, and only telemetry imports OpenTelemetry and pino', () => {
  const strangers = projects.flatMap(({ name, imports }) =>
    imports.filter(
      ({ file, target, spec }) =>
        !spec &&
        ((target.startsWith('@nestjs/') && name !== 'host' && !file.endsWith('.module.ts')) ||
          ((target.startsWith('@opentelemetry/') || target === 'pino') && name !== 'telemetry'))
    )
  )
  expect(strangers).toEqual([])
})
