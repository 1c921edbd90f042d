/**
 * The image `bb` of 3 MB: busybox and nothing else, made without a registry.
 */
import { createHash } from "node:crypto"
import { copyFile, link, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import type { Session } from "./Session.ts"

/** The name of the image. */
export const NAME = "bb"

const DOCKERFILE = `FROM scratch
COPY busybox /bin/busybox
RUN ["/bin/busybox","--install","-s","/bin"]
CMD ["sh"]
`

/**
 * Puts `bb` into a session's engine: built once per generation, store and busybox, from then on loaded from the cache.
 *
 * **Details**
 *
 * So it has the same id in all sessions of a generation and store, and a build `FROM bb` in one can be a cache hit in
 * another.
 */
export const load = async (session: Session): Promise<void> => {
  const busybox = busyboxOf(session)
  const archive = await archiveOf(session)
  const isKept = await stat(archive).then(() => true, () => false)
  if (isKept) {
    await session.docker(["load", "-q", "-i", archive])
    return
  }
  await build(session, busybox)
  await keep(session, archive)
  // loaded once here too: an image has another id in the engine that built it (attestations stay behind in `save`)
  await session.docker(["rmi", "-f", NAME])
  await session.docker(["load", "-q", "-i", archive])
}

/**
 * The archive that `load` gives to a session's engine, for an engine that is not a session's own. `docker save` would not
 * do: it gives the image another id.
 */
export const archiveOf = async (session: Session): Promise<string> => {
  const hash = createHash("sha256").update(await readFile(busyboxOf(session))).update(DOCKERFILE).digest("hex").slice(
    0,
    12
  )
  return join(session.suite.cache, "images", `${NAME}-${session.suite.generation}-${session.store}-${hash}.tar`)
}

const busyboxOf = (session: Session): string => join(session.suite.bin, "busybox")

const build = async (session: Session, busybox: string): Promise<void> => {
  const context = join(session.directory, "bb")
  await mkdir(context)
  await copyFile(busybox, join(context, "busybox"))
  await writeFile(join(context, "Dockerfile"), DOCKERFILE)
  await session.docker(["build", "-q", "-t", NAME, context])
  await rm(context, { recursive: true })
}

let count = 0

/**
 * Saves under a name of its own first, for no one to load half an archive. Of several who build it at once, in this process too,
 * the first keeps its own, and all load that.
 */
const keep = async (session: Session, archive: string): Promise<void> => {
  await mkdir(dirname(archive), { recursive: true })
  for (const name of await readdir(dirname(archive))) {
    const [, owner] = /\.tar\.(\d+)(?:\.\d+)?$/.exec(name) ?? []
    if (owner !== undefined && !isRunning(Number(owner))) await rm(join(dirname(archive), name), { force: true })
  }
  count += 1
  const mine = `${archive}.${process.pid}.${count}`
  const saved = join(session.directory, basename(archive))
  await session.docker(["save", "-o", saved, NAME])
  await copyFile(saved, mine)
  try {
    await link(mine, archive)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error
  }
  await Promise.all([rm(mine), rm(saved)])
}

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
