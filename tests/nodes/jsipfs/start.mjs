// Starts an offline IPFS node whose RPC listens on loopback only, for the store's contract tests.
//
//   node start.mjs [port] [repository folder]
//
// Port 0, the default, lets the system choose; without a folder the repository is a temporary one, removed at the end.
// Prints one line, `ready /ip4/127.0.0.1/tcp/<port>`, and stops on SIGTERM or SIGINT.
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { create } from 'ipfs-core'
import { HttpApi } from 'ipfs-http-server'

async function freePort () {
  const probe = createServer()
  await new Promise((resolve, reject) => probe.once('error', reject).listen(0, '127.0.0.1', resolve))
  const { port } = probe.address()
  await new Promise(resolve => probe.close(resolve))
  return port
}

const port = Number(process.argv[2] ?? 0) || await freePort()
const repo = process.argv[3] ?? await mkdtemp(join(tmpdir(), 'ipfs-node-'))
const address = `/ip4/127.0.0.1/tcp/${port}`

const node = await create({
  repo,
  offline: true,
  silent: true,
  init: { algorithm: 'Ed25519', emptyRepo: true },
  preload: { enabled: false },
  config: { Addresses: { Swarm: [], API: address, Gateway: '' }, Bootstrap: [] }
})
const api = new HttpApi(node)
await api.start()

let stopping = false
async function stop () {
  if (stopping) return
  stopping = true
  // An orderly stop removes repo.lock; a killed node leaves it, and the next start waits 20 s for it to go stale.
  await api.stop()
  await node.stop()
  if (process.argv[3] === undefined) await rm(repo, { recursive: true, force: true })
  process.exit(0)
}
process.on('SIGTERM', stop)
process.on('SIGINT', stop)

process.stdout.write(`ready ${address}\n`)
