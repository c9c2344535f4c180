import { join } from 'node:path'
import { ChannelError } from '../channel-error.ts'
import type { ChannelStore, Topic, TopicOptions } from '../channel-store.ts'
import { Grouped } from './grouped.ts'
import type { Journal } from './journal.ts'
import { LogTopic, type Works } from './log-topic.ts'
import { segmentBytesOf } from './retention.ts'
import { Segments } from './segments.ts'
import { assertTopicName, deletedPrefix, topicDirectoryName } from './topic-directory.ts'

const retainEveryMs = 1000

/** What a log store begins with. */
export interface LogStart {
  readonly works: Works
  readonly journal: Journal
  /** Of the topics. */
  readonly directory: string
  /** The numbers of the topics that are there, by name, and the next one to give. */
  readonly ids: ReadonlyMap<string, number>
  readonly nextId: number
  readonly segmentBytes: number
  /** Gives the directory back. */
  readonly release: () => Promise<void>
}

/** The embedded log: a directory of topics with one writer. */
export class LogStore implements ChannelStore {
  readonly #start: LogStart
  readonly #ids: Map<string, number>
  readonly #open = new Map<string, Promise<LogTopic>>()
  readonly #syncTopics: Grouped
  readonly #deleting = new Set<Promise<void>>()
  #nextId: number
  #closed: Promise<void> | undefined
  #cancelRetention: () => void = () => undefined
  #retaining: Promise<void> = Promise.resolve()
  #retainFailed = false

  constructor(start: LogStart) {
    this.#start = start
    this.#ids = new Map(start.ids)
    this.#nextId = start.nextId
    this.#syncTopics = new Grouped(() => start.works.disk.files.syncDirectory(start.directory))
    this.#retainLater()
  }

  async openTopic(name: string, options: TopicOptions = {}): Promise<Topic> {
    assertTopicName(name)
    if (this.#closed !== undefined) throw closed()
    let opening = this.#open.get(name)
    if (opening === undefined) {
      opening = this.#openTopic(name, options)
      this.#open.set(name, opening)
      // One that failed is tried anew by the next call.
      opening.catch(() => this.#open.delete(name))
    }
    const topic = await opening
    topic.configure(options)
    return topic
  }

  deleteTopic(name: string): Promise<void> {
    if (this.#closed !== undefined) return Promise.reject(closed())
    const deleting = this.#delete(name).finally(() => this.#deleting.delete(deleting))
    this.#deleting.add(deleting)
    return deleting
  }

  async #delete(name: string): Promise<void> {
    const opening = this.#open.get(name)
    // Where there is none nothing is waited for: who opens it from now on is to get another one.
    const topic = opening === undefined ? undefined : await opening
    const id = this.#ids.get(name)
    // Somebody else has deleted it meanwhile, and perhaps made another one.
    if (id === undefined || this.#open.get(name) !== opening) return
    this.#ids.delete(name)
    this.#open.delete(name)
    const { works, directory } = this.#start
    const { files, open } = works.disk
    await topic?.end(new ChannelError('deleted', `topic ${name} was deleted`))
    const gone = join(directory, `${deletedPrefix}${topicDirectoryName(id, name)}`)
    await works.committer.between(async () => {
      await files.rename(join(directory, topicDirectoryName(id, name)), gone)
      for (const { path } of topic?.segments.list ?? []) await open.drop(path)
    })
    topic?.forget()
    await this.#syncTopics.run()
    await files.remove(gone)
  }

  topics(): Promise<readonly string[]> {
    return Promise.resolve([...this.#ids.keys()].sort())
  }

  trouble(): string | undefined {
    return this.#start.works.trouble.error?.message
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#close())
  }

  async #close(): Promise<void> {
    const { works, journal, release } = this.#start
    this.#cancelRetention()
    await this.#retaining
    await Promise.allSettled(this.#deleting)
    const topics = await Promise.all([...this.#open.values()].map((opening) => opening.catch(() => undefined)))
    for (const topic of topics) topic?.refuse(closed())
    await works.committer.idle()
    for (const topic of topics) await topic?.end(closed())
    await works.trouble.close()
    await works.positions.close()
    await journal.close()
    await works.disk.open.close()
    await release()
  }

  async #openTopic(name: string, options: TopicOptions): Promise<LogTopic> {
    const { works, directory, segmentBytes } = this.#start
    const known = this.#ids.get(name)
    const id = known ?? this.#nextId++
    const home = join(directory, topicDirectoryName(id, name))
    const segments = new Segments(works.disk, home, segmentBytesOf(options, segmentBytes))
    try {
      if (known === undefined) {
        await works.disk.files.makeDirectory(home)
        await this.#syncTopics.run()
        this.#ids.set(name, id)
      }
      const lost = await segments.recover()
      if (lost > 0) works.onWarning(`the last segment of topic ${name} in ${home} is damaged: ${lost} messages are lost; check the disk`)
      return new LogTopic({ name, id, segments, lost }, works)
    } catch (error) {
      throw known === undefined ? works.trouble.begin(error) : error
    }
  }

  #retainLater(): void {
    this.#cancelRetention = this.#start.works.clock.after(retainEveryMs, () => {
      this.#retaining = this.#retain()
    })
  }

  async #retain(): Promise<void> {
    let failure: unknown
    for (const opening of this.#open.values()) {
      try {
        await (await opening).retain()
      } catch (error) {
        failure ??= error
      }
    }
    if (this.#closed !== undefined) return
    // Tried again every second, and told once.
    if (failure !== undefined && !this.#retainFailed) this.#start.works.onWarning(`giving back space of topics failed: ${String(failure)}`)
    this.#retainFailed = failure !== undefined
    this.#retainLater()
  }
}

function closed(): ChannelError {
  return new ChannelError('closed', 'the log was closed')
}
