/** What a JobSink runs: reads the event that it was made for, and fails when that is none. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

// The directory, as upstream has it, whatever its name says.
const path = join(process.env.K_EVENT_PATH ?? '/etc/jobsink-event', 'event')
const event = JSON.parse(readFileSync(path, 'utf8'))
if (typeof event.id !== 'string' || typeof event.type !== 'string') throw new Error(`${path} holds no event`)
console.log(`worked on ${event.type} ${event.id}, by ${process.env.K_EXECUTION_MODE}`)
