/** A static program, built here, and the image that holds nothing else. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createHash } from 'node:crypto'

/** Answers every request on port 8080. */
const source = `package main

import (
	"net/http"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	go func() { <-stop; os.Exit(0) }()
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("hello\\n")) })
	if err := http.ListenAndServe(":8080", nil); err != nil {
		panic(err)
	}
}
`

/** Builds it with Go, without C; gives the program's path. */
export function buildStaticProgram(directory: string): string {
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'main.go'), source)
  writeFileSync(join(directory, 'go.mod'), 'module static\n\ngo 1.21\n')
  const program = join(directory, 'static')
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod' }
  execFileSync('go', ['build', '-trimpath', '-ldflags=-s -w', '-o', program, '.'], { cwd: directory, env, stdio: ['ignore', 2, 2] })
  return program
}

const digestOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex')

/** An archive as docker save writes it, of an image called `name` that runs `program` as somebody who is not root. Gives the archive's path. */
export function archiveStaticProgram(name: string, program: string, directory: string): string {
  const tree = join(directory, 'tree')
  mkdirSync(join(tree, 'tmp'), { recursive: true, mode: 0o777 })
  writeFileSync(join(tree, 'static'), readFileSync(program), { mode: 0o755 })
  const owned = ['--owner=0', '--group=0', '--numeric-owner', '--mtime=@0', '--sort=name']
  execFileSync('tar', ['-C', tree, ...owned, '-cf', join(directory, 'layer.tar'), 'static', 'tmp'])
  const layer = digestOf(readFileSync(join(directory, 'layer.tar')))
  const configuration = {
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config: { User: '65532:65532', Env: ['PATH=/'], Entrypoint: ['/static'] },
    rootfs: { type: 'layers', diff_ids: [`sha256:${layer}`] }
  }
  writeFileSync(join(directory, 'config.json'), JSON.stringify(configuration))
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify([{ Config: 'config.json', RepoTags: [name], Layers: ['layer.tar'] }]))
  const archive = join(directory, 'image.tar')
  execFileSync('tar', ['-C', directory, ...owned, '-cf', archive, 'manifest.json', 'config.json', 'layer.tar'])
  return archive
}
