import { ChannelError } from '../channel-error.ts'

const nameForm = /^(?!\.)[A-Za-z0-9._-]{1,200}$/
const directoryForm = /^(\d+)=(.+)$/

/** Names of directories of topics that are being deleted begin so. */
export const deletedPrefix = 'deleted-'

/** Throws a ChannelError `invalid` for what cannot be a topic's name. */
export function assertTopicName(name: string): void {
  if (!nameForm.test(name))
    throw new ChannelError(
      'invalid',
      `${JSON.stringify(name)} is no name for a topic: 1 to 200 of A-Z a-z 0-9 . _ -, not beginning with a dot`
    )
}

/** A topic's directory is named after its number, which is never given twice, and its name. */
export function topicDirectoryName(id: number, name: string): string {
  return `${id}=${name}`
}

/** Number and name of a topic's directory; undefined when it is none. */
export function parseTopicDirectory(directory: string): { readonly id: number; readonly name: string } | undefined {
  const [, id, name] = directoryForm.exec(directory) ?? []
  return id === undefined || name === undefined ? undefined : { id: Number(id), name }
}
