/**
 * What the machine must be able to do before a real engine can run on it.
 */
import { spawnSync } from "node:child_process"

/** Programs that starting and removing a session call. */
const PROGRAMS = ["setpriv", "unshare", "mount", "flock", "find", "awk", "apt-get", "dpkg"]

/** The machine cannot run a real engine. The message is one line: what is missing, and how to go on without. */
export class RealDockerUnavailable extends Error {
  override readonly name = "RealDockerUnavailable"
  readonly missing: string

  constructor(missing: string) {
    super(`real Docker engines cannot run here: ${missing} (DOCKER_SHIM_E2E=off skips these tests)`)
    this.missing = missing
  }
}

let checked = false

/** Throws `RealDockerUnavailable` unless this process is root, has the programs and may make namespaces. */
export const requireAbilities = (): void => {
  if (checked) return
  if (process.getuid?.() !== 0) throw new RealDockerUnavailable("this user is not root")
  const lookup = spawnSync("sh", [
    "-c",
    "for p; do command -v \"$p\" >/dev/null || echo \"$p\"; done",
    "sh",
    ...PROGRAMS
  ])
  const absent = lookup.stdout.toString().trim().split("\n").filter((name) => name !== "")
  if (absent.length > 0) throw new RealDockerUnavailable(`no ${absent.join(", ")} on PATH`)
  const namespaces = spawnSync("unshare", ["--mount", "--net", "--pid", "--fork", "--mount-proc", "true"])
  if (namespaces.status !== 0) {
    throw new RealDockerUnavailable(`no new namespaces: ${namespaces.stderr.toString().trim()}`)
  }
  checked = true
}
