import { unsupportedMedia } from './errors.ts'
export function decodeProtobuf(_bytes: Uint8Array): object {
  throw unsupportedMedia(['application/json', 'application/yaml'])
}
