/**
 * The built gateway in front of a test's own daemon, between the sockets `gateway` and `daemon` of a directory.
 */
import { once } from "node:events"
import * as fs from "node:fs"
import type * as net from "node:net"
import * as os from "node:os"
import * as path from "node:path"
import * as GatewayProcess from "../../real-docker/GatewayProcess.ts"

/** The two sockets and the gateway; `stop` ends it and the daemon, and removes the directory. */
export interface Built {
  readonly at: (name: "gateway" | "daemon") => string
  readonly gateway: GatewayProcess.GatewayProcess
  readonly stop: () => Promise<void>
}

/** Has the daemon listen, and starts the gateway. */
export const inFrontOf = async (daemon: net.Server): Promise<Built> => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-gateway-"))
  const at = (name: string): string => path.join(directory, name)
  await once(daemon.listen(at("daemon")), "listening")
  const gateway = await GatewayProcess.start(at("gateway"), at("daemon"))
  return {
    at,
    gateway,
    stop: async () => {
      await gateway.kill()
      daemon.close()
      fs.rmSync(directory, { recursive: true })
    }
  }
}
