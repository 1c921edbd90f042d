/**
 * The BuildKit of a session's engine, for builders that are not docker's own: of the driver `remote`, and of the driver
 * `docker-container`, whose usual image cannot be had without a registry.
 */
import type { ChildProcess } from "node:child_process"
import { once } from "node:events"
import { chmodSync, mkdirSync, writeFileSync } from "node:fs"
import { createServer, type Socket } from "node:net"
import { join } from "node:path"
import * as Relay from "./Relay.ts"
import type { Session } from "./Session.ts"

/** A BuildKit that others may use. */
export interface EngineBuildKit {
  /** Its socket, for `docker buildx create --driver remote unix://…`. */
  readonly socket: string
  /** How many connections were made to it. */
  readonly connections: () => number
  /**
   * Lets the containers of a session's engine reach it, and makes the image of that name there, which is to buildx what
   * `moby/buildkit` is: `buildctl dial-stdio` in it leads to this BuildKit.
   */
  readonly attach: (session: Session, image: string) => Promise<void>
  readonly stop: () => Promise<void>
}

/** Where the containers of an engine find it: the engine's own end of its bridge. */
const CONTAINERS = { host: "172.17.0.1", port: 5001 }

/**
 * Gives the BuildKit of a session's engine a socket, below the session's directory.
 *
 * **Details**
 *
 * Each connection is handed to a `docker buildx dial-stdio` of the session.
 */
export const serve = async (session: Session, name = "buildkit"): Promise<EngineBuildKit> => {
  const path = join(session.directory, `${name}.sock`)
  const children = new Set<ChildProcess>()
  const relays = new Set<ChildProcess>()
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    connections++
    sockets.add(socket)
    const child = session.spawn("docker", ["buildx", "dial-stdio"], { stdio: ["pipe", "pipe", "ignore"] })
    children.add(child)
    const end = () => {
      sockets.delete(socket)
      socket.destroy()
      child.kill("SIGKILL")
    }
    socket.on("error", end).on("close", end)
    child.on("close", () => {
      children.delete(child)
      end()
    })
    child.stdin?.on("error", end)
    child.stdout?.on("error", end)
    if (child.stdin !== null) socket.pipe(child.stdin)
    child.stdout?.pipe(socket)
  })
  server.listen(path)
  await once(server, "listening")
  return {
    socket: path,
    connections: () => connections,
    attach: async (other, image) => {
      await makeImage(other, image)
      relays.add(await Relay.start(other, path, CONTAINERS.host, CONTAINERS.port))
    },
    stop: async () => {
      await Promise.all([...relays].map(Relay.end))
      const closed = once(server, "close")
      server.close()
      for (const socket of sockets) socket.destroy()
      await Promise.all([...children].map((child) => Relay.ended(child, () => child.kill("SIGKILL"))))
      await closed
    }
  }
}

/** An image in which `buildkitd` waits, and `buildctl dial-stdio` is a connection to the relay. */
const makeImage = async (session: Session, image: string): Promise<void> => {
  const context = join(session.directory, "buildkit-image")
  mkdirSync(context, { recursive: true })
  const programs = {
    buildkitd: "exec sleep 100000",
    buildctl: `case $1 in dial-stdio) exec nc ${CONTAINERS.host} ${CONTAINERS.port};; esac`
  }
  for (const [program, script] of Object.entries(programs)) {
    writeFileSync(join(context, program), `#!/bin/sh\n${script}\n`)
    chmodSync(join(context, program), 0o755)
  }
  writeFileSync(
    join(context, "Dockerfile"),
    "FROM bb\nCOPY buildkitd buildctl /usr/bin/\nENTRYPOINT [\"/bin/sh\", \"/usr/bin/buildkitd\"]\n"
  )
  await session.docker(["build", "-q", "-t", image, context])
}
