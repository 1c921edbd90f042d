/**
 * Real programs, and a shim beside them, as files that are never run.
 */
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll } from "vitest"

export const home = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-programs-"))
afterAll(() => fs.rmSync(home, { recursive: true, force: true }))
export const at = (name: string): string => path.join(home, name)
for (const name of ["bin/docker", "bin/docker-compose", "config/cli-plugins/docker-compose", "shim"]) {
  fs.mkdirSync(path.dirname(at(name)), { recursive: true })
  fs.writeFileSync(at(name), "#!/bin/sh\n", { mode: 0o755 })
}
export const env = { PATH: at("bin"), DOCKER_CONFIG: at("config") }
