import { missing, type FieldError } from '../validation/field-error.ts'
import type { ChannelTemplate } from './channel-template.schema.ts'

/** What is wrong with a channel template. Paths are relative to the spec that has it. */
export function channelTemplateErrors(template: ChannelTemplate | undefined): FieldError[] {
  if (template === undefined) return [missing('channelTemplate')]
  return [
    ...((template.apiVersion ?? '') === '' ? [missing('channelTemplate.apiVersion')] : []),
    ...((template.kind ?? '') === '' ? [missing('channelTemplate.kind')] : [])
  ]
}
