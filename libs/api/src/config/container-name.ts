import { parsed, type Parsed } from '../go/parsed.ts'
import { executeTemplate } from '../go/template/execute-template.ts'
import type { Template } from '../go/template/parse-template.ts'
import type { ObjectMeta } from '../object.ts'

/** The name that a container gets from a template over the metadata of the object that it stands in. */
export function containerNameFrom(template: Template, meta: ObjectMeta): Parsed<string> {
  const [only] = template.nodes
  if (template.nodes.length === 1 && only?.kind === 'text') return parsed(only.text)
  return executeTemplate(template, {
    type: 'v1.ObjectMeta',
    fields: {
      Name: meta.name ?? '',
      GenerateName: meta.generateName ?? '',
      Namespace: meta.namespace ?? '',
      UID: meta.uid ?? '',
      ResourceVersion: meta.resourceVersion ?? '',
      Generation: meta.generation ?? 0,
      Labels: meta.labels ?? {},
      Annotations: meta.annotations ?? {}
    }
  })
}
