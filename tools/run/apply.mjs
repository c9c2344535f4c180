/**
 * `npm run apply -- FILE...`: server-side apply of YAML files, for machines without kubectl. Ends when every Knative Service among them is
 * Ready; one that fails ends it with its reason. Uses KUBECONFIG, or standalone's default data directory.
 */
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { connect, loadClusterConfig } from '@knative-ts/kube'
import { parseAllDocuments } from 'yaml'

const files = process.argv.slice(2).filter((argument) => argument !== '-f')
if (files.length === 0) {
  console.error('usage: npm run apply -- FILE...')
  process.exit(2)
}
const standalone = join(process.env.XDG_DATA_HOME ?? join(homedir(), '.local/share'), 'knative-ts/kubeconfig')
if (process.env.KUBECONFIG === undefined && existsSync(standalone)) process.env.KUBECONFIG = standalone

const client = connect(await loadClusterConfig())
try {
  const applied = []
  for (const file of files) for (const object of objectsOf(file)) applied.push(await apply(object))
  for (const { path, object } of applied) if (object.apiVersion === 'serving.knative.dev/v1' && object.kind === 'Service') await ready(path)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
client.close()

function objectsOf(file) {
  return parseAllDocuments(readFileSync(file, 'utf8'), { version: '1.1' }).flatMap((document) => {
    const [error] = document.errors
    if (error !== undefined) throw new Error(`${file}: ${error.message}`)
    const object = document.toJS()
    return object === null ? [] : [object]
  })
}

async function apply(object) {
  const base = object.apiVersion?.includes('/') ? `/apis/${object.apiVersion}` : `/api/${object.apiVersion}`
  const list = JSON.parse(await ask('GET', base))
  const resource = list.resources.find(({ kind, name }) => kind === object.kind && !name.includes('/'))
  if (resource === undefined) throw new Error(`the server has no ${object.kind} in ${object.apiVersion}`)
  const scope = resource.namespaced ? `/namespaces/${object.metadata?.namespace ?? 'default'}` : ''
  const path = `${base}${scope}/${resource.name}/${object.metadata?.name}`
  await ask('PATCH', `${path}?fieldManager=knative-ts-apply&force=true`, JSON.stringify(object), 'application/apply-patch+yaml')
  console.log(`${resource.name}${base.startsWith('/apis/') ? `.${object.apiVersion.split('/')[0]}` : ''}/${object.metadata.name} applied`)
  return { path, object }
}

/** Waits until the Service has decided, for at most a minute. */
async function ready(path) {
  for (const end = Date.now() + 60_000; ;) {
    const { metadata, status } = JSON.parse(await ask('GET', path))
    const condition = status?.conditions?.find(({ type }) => type === 'Ready')
    if (status?.observedGeneration === metadata.generation) {
      if (condition?.status === 'True') return console.log(`${metadata.name} is Ready at ${status.url}`)
      if (condition?.status === 'False') throw new Error(`${metadata.name} failed: ${condition.reason}: ${condition.message}`)
    }
    if (Date.now() > end) throw new Error(`${metadata.name} is not Ready after a minute: ${condition?.reason ?? 'no reason given'}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function ask(method, path, body, type) {
  const headers = type === undefined ? {} : { 'content-type': type }
  const answer = await client.raw({ method, path, headers, ...(body === undefined ? {} : { body }) })
  if (answer.status < 300) return answer.body
  throw new Error(JSON.parse(answer.body).message ?? answer.body)
}
