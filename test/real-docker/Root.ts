/**
 * A Debian root without a session: its programs run there, with no daemon to ask.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import * as program from "../shell/program.ts"
import * as Desktop from "./Desktop.ts"
import { quote } from "./Namespace.ts"

/** Which user runs it: root, or an ordinary one with a home of its own. */
export type User = "root" | "user"

const homes = { root: "/root", user: "/home/user" } as const

/** The place of an executable that an ordinary user may start, too. */
export const executable = "/srv/docker-shim"

/** Runs a command with `root` for its file system, and waits for its end. */
export const run = (root: string, user: User, file: string, ...args: ReadonlyArray<string>): Promise<program.Ran> => {
  const change = user === "root" ? "chroot" : "chroot --userspec=1000:1000"
  const script = `mount -t proc proc ${quote(path.join(root, "proc"))} && `
    + `mount --bind /dev ${quote(path.join(root, "dev"))} && exec ${change} ${quote(root)} "$@"`
  const search = user === "root" ? "/usr/local/sbin:" : "/home/user/.local/bin:"
  const env = { PATH: `${search}/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`, HOME: homes[user] }
  // the machine's own programs make the namespace, those of the root run in it
  const start = `exec env -i PATH=${env.PATH} HOME=${env.HOME} "$@"`
  return program.run("unshare", ["--mount", "sh", "-c", script, "sh", "/bin/sh", "-c", start, "sh", file, ...args], {
    cwd: "/",
    env: { PATH: process.env["PATH"] }
  })
}

/** Makes the home of the ordinary user. */
export const addUser = (root: string): void => {
  const bin = path.join(root, homes.user, ".local/bin")
  fs.mkdirSync(bin, { recursive: true })
  for (const one of [bin, path.dirname(bin), path.join(root, homes.user)]) fs.chownSync(one, 1000, 1000)
}

/** Makes a Debian with an ordinary user and the stand-alone executable as built, not installed; gives the executable's bytes. */
export const makeDebian = async (root: string): Promise<Buffer> => {
  await Desktop.extract(root)
  addUser(root)
  const build = fs.readFileSync(path.join(program.repository, "dist/docker-shim"))
  fs.writeFileSync(path.join(root, executable), build, { mode: 0o755 })
  return build
}

/** The same build, which tells another form: to an installation it is a newer one. */
export const otherBuild = (build: Buffer): Buffer => {
  const changed = Buffer.from(build)
  for (let at = 0; (at = changed.indexOf("stand-alone, ", at)) >= 0; at += 1) changed.write("STAND", at)
  return changed
}
