/**
 * A desktop container by hand: a file system of its own, in which a session's user works.
 */
import { execFile } from "node:child_process"
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import type { Outcome, RunOptions } from "./Client.ts"
import { type Bind, printMounts, quote } from "./Namespace.ts"
import type { Session } from "./Session.ts"
import * as Suite from "./Suite.ts"

/** Where a desktop has the socket of its session. */
const SOCKET_DIRECTORY = "/run/session"

/** What a session gives to its desktop, by where it is mounted. */
const MOUNT_POINTS = ["/home/retro", "/buildkit-cache", SOCKET_DIRECTORY] as const

/** Extracts a Debian with docker, Buildx and Compose, as dpkg installs them, into a directory that is made. */
export const extract = async (root: string): Promise<void> => {
  mkdirSync(root, { recursive: true })
  await promisify(execFile)("tar", ["-xpf", await Suite.locateDebian(), "--numeric-owner", "-C", root])
  for (const point of MOUNT_POINTS) mkdirSync(join(root, point), { recursive: true })
}

/**
 * Runs a command with `root` for its file system, such as `run(session, root, "docker", ["ps"])`, and waits for its end.
 *
 * **Details**
 *
 * It sees the session's `/home/retro` and `/buildkit-cache`, which the session must have, and starts in `/home/retro/work`.
 * Its environment is that of a container: nothing from the machine, the session's socket in `DOCKER_HOST`.
 */
export const run = (
  session: Session,
  root: string,
  file: string,
  args: ReadonlyArray<string>,
  options: RunOptions = {}
): Promise<Outcome> => {
  const within = (source: string, target: string): Bind => ({ source, target: join(root, target) })
  const mounts = printMounts([
    within("/dev", "/dev"),
    within("/home/retro", "/home/retro"),
    within("/home/retro/work", "/home/retro/work"),
    within("/buildkit-cache", "/buildkit-cache"),
    within(session.directory, SOCKET_DIRECTORY)
  ])
  const script = `${mounts}mount -t proc proc ${quote(join(root, "proc"))} && `
    + `exec chroot ${quote(root)} /bin/sh -c 'cd /home/retro/work && exec "$@"' sh "$@"`
  return session.run("sh", ["-c", script, "sh", file, ...args], {
    cwd: "/",
    ...options,
    env: {
      PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      DOCKER_HOST: `unix://${SOCKET_DIRECTORY}/docker.sock`,
      DOCKER_CONFIG: undefined,
      ...options.env
    }
  })
}
