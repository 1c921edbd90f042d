/**
 * Docker, Node and the shim in a container, as an image would have them, by paths without links.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { built, copyBuilt } from "../shell/program.ts"
import type * as Session from "./Session.ts"

const shimsOf = (session: Session.Session): string => path.join(session.directory, "shims")

/** A copy of the built program: other users, whose engine mounts it, may not look into the checkout. */
const copyOf = (session: Session.Session): string => path.join(session.directory, "program")

/** The built program where every user may run it. */
export const program = (session: Session.Session): string => path.join(copyOf(session), "dist", path.basename(built))

/** Makes the shims that such containers of a session have, and the copy of the program. */
export const prepare = (session: Session.Session): void => {
  copyBuilt(copyOf(session))
  fs.mkdirSync(shimsOf(session))
  for (const name of ["docker", "docker-shim"]) {
    fs.symlinkSync(path.join("/dist", path.basename(built)), path.join(shimsOf(session), name))
  }
}

/** Where a container has them. */
export const places = ["/usr", "/lib", "/lib64", "/docker", "/dist", "/shims", "/node"]

/** What finds them. */
export const searchPath = "PATH=/shims:/docker:/node:/usr/sbin:/usr/bin:/sbin:/bin"

/** The words of `docker run` for a container that has them. */
export const words = (session: Session.Session): ReadonlyArray<string> => {
  const sources = {
    "/usr": "/usr",
    "/lib": "/lib",
    "/lib64": "/lib64",
    "/docker": session.suite.bin,
    "/config/cli-plugins": path.join(session.suite.bin, "cli-plugins"),
    "/dist": path.join(copyOf(session), "dist"),
    "/shims": shimsOf(session),
    "/node": path.dirname(process.execPath)
  }
  return [
    ...Object.entries(sources).flatMap(([target, source]) =>
      fs.existsSync(source) ? ["-v", `${fs.realpathSync(source)}:${target}:ro`] : []
    ),
    ...["-e", searchPath, "-e", "HOME=/root", "-e", "DOCKER_SHIM_CACHE=off"],
    ...["-e", "DOCKER_CONFIG=/config"]
  ]
}
