import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { kernel } from './kernel.ts'
import type { Launcher } from './launcher/launcher.ts'
import { becomeWatcher, factKinds } from './launcher/preamble.ts'
import { Program } from './launcher/program.ts'

/** True when an overlay with its writable part below `directory` can be mounted: not every file system can hold one, another overlay for example. */
export async function canOverlay(launcher: Launcher, directory: string): Promise<boolean> {
  const own = join(directory, 'overlay-probe')
  for (const name of ['lower', 'upper', 'work', 'root']) mkdirSync(join(own, name), { recursive: true })
  const program = new Program()
  becomeWatcher(program)
  const overlay = program.text('overlay')
  const options = `lowerdir=${own}/lower,upperdir=${own}/upper,workdir=${own}/work,volatile`
  program.call('unshare', [kernel.CLONE_NEWNS])
  program.call('mount', [0, program.text('/'), 0, kernel.MS_REC | kernel.MS_PRIVATE, 0])
  program.call('mount', [overlay, program.text(`${own}/root`), overlay, 0, program.text(options)])
  const done = program.fact(factKinds.started)
  program.tell(done)
  program.call('exit_group', [0])
  const can = await new Promise<boolean>((resolve) => {
    const answer = (yes: boolean): void => {
      launcher.forget(id)
      resolve(yes)
    }
    const id = launcher.run(program, { onFact: () => answer(true), onFailure: () => answer(false), onLost: () => answer(false) })
  })
  rmSync(own, { recursive: true, force: true })
  return can
}
