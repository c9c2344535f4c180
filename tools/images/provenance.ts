/** Where the sources of a build come from, and the time that its files have. */
import { outputOf } from './command.ts'
import { ImagesError } from './failure.ts'

export interface Provenance {
  /** Seconds since 1970. */
  readonly epoch: number
  /** The commit; undefined outside of a repository. `-dirty` behind it when files differ from it. */
  readonly revision: string | undefined
}

/** SOURCE_DATE_EPOCH (https://reproducible-builds.org/specs/source-date-epoch/), else the time of the commit that is checked out. */
export async function provenanceOf(root: string, env: NodeJS.ProcessEnv): Promise<Provenance> {
  const given = env['SOURCE_DATE_EPOCH']
  if (given !== undefined && !/^\d{1,11}$/.test(given))
    throw new ImagesError(`SOURCE_DATE_EPOCH=${given} is not a number of seconds since 1970`)
  const git = (...args: string[]): Promise<string> => outputOf('git', ['-C', root, ...args]).then((said) => said.toString('utf8').trim())
  const commit = await git('log', '-1', '--format=%ct %H').catch((error: unknown) => {
    if (given === undefined)
      throw new ImagesError('this is no git repository with a commit, whose time the files of an image would have: set SOURCE_DATE_EPOCH', {
        cause: error
      })
    return undefined
  })
  const [time, hash] = commit?.split(' ') ?? []
  const dirty = hash !== undefined && (await git('status', '--porcelain', '--untracked-files=no')) !== ''
  return { epoch: Number(given ?? time), revision: hash === undefined ? undefined : `${hash}${dirty ? '-dirty' : ''}` }
}
