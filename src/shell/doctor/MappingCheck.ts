/**
 * Does the daemon see the user's files where the settings say it does?
 */
import * as Effect from "effect/Effect"
import { randomBytes } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import type { PathMapping } from "../../core/paths/PathMapping.ts"
import * as JsonObject from "../../core/syntax/JsonObject.ts"
import { attempt } from "../files/Attempt.ts"
import * as PrivateDirectory from "../files/PrivateDirectory.ts"
import type { Check, Examination } from "./Examination.ts"
import * as Finding from "./Finding.ts"

/**
 * Tests each mapping with the daemon itself: it must be able to mount a file that is made in the user's directory. Without a
 * mapping, the daemon must see such a file at the same path.
 *
 * **Details**
 *
 * A container is created and not started, of an image made of nothing; the daemon refuses `--mount type=bind` with a source
 * that it does not have ("bind source path does not exist"). Image, container and file are removed again.
 */
export const check: Check = (examination) => {
  const { daemonSocket, mappings } = examination.settings
  const there = mappings.filter((one) => fs.existsSync(one.from))
  const sockets = daemonSocket === undefined ? [] : [daemonSocket]
  const plain = mappings.length === 0 ? [usersDirectory(examination)] : []
  const known = mappings.filter((one) => !there.includes(one)).map((one) =>
    Finding.fail(
      "mapping",
      `${one.from} does not exist (${one.origin})`,
      one.origin === "WORKSPACE_DIR"
        ? "set DOCKER_SHIM_USER_PATH to the user's directory, or create it"
        : `create ${one.from}, or take it out of ${one.origin}`
    )
  )
  if (there.length + plain.length + sockets.length === 0) return Effect.succeed(known)
  return withImage(examination, (image) =>
    Effect.all([
      ...plain.map((one) => unmapped(examination, image, one)),
      ...there.map((one) => mapping(examination, image, one)),
      ...sockets.map((one) => socket(examination, image, one))
    ])).pipe(
      Effect.map((findings) => [...known, ...findings])
    )
}

const withImage = (
  examination: Examination,
  use: (image: string) => Effect.Effect<ReadonlyArray<Finding.Finding>>
): Effect.Effect<ReadonlyArray<Finding.Finding>> =>
  examination.docker === undefined
    ? Effect.succeed([Finding.unchecked("mapping", "there is no docker to ask")])
    : Effect.acquireUseRelease(
      importImage(examination),
      (image) =>
        image === undefined
          ? Effect.succeed([
            Finding.unchecked(
              "mapping",
              JsonObject.text(examination.info, "ServerVersion") === undefined
                ? "no daemon answers"
                : "the daemon did not take the image that doctor tests with"
            )
          ])
          : use(image),
      (image) => image === undefined ? Effect.void : examination.ask(["rmi", "--force", image])
    )

/** Two blocks of zeros: an archive of nothing. */
const emptyArchive = new Uint8Array(1024)

const importImage = (examination: Examination): Effect.Effect<string | undefined> =>
  Effect.acquireUseRelease(
    // without a place that is safe from other users nothing is imported
    Effect.sync(() => attempt(() => PrivateDirectory.create(examination.invocation.env, writeArchive))),
    (directory) =>
      directory === undefined
        ? Effect.succeed(undefined)
        : examination.ask(["import", "--change", "CMD [\"x\"]", archiveIn(directory)]).pipe(
          Effect.map((ran) => ran.code === 0 ? /^sha256:[0-9a-f]+$/.exec(ran.stdout.trim())?.[0] : undefined)
        ),
    (directory) => Effect.sync(() => directory === undefined ? undefined : PrivateDirectory.remove(directory))
  )

const archiveIn = (directory: string): string => path.join(directory, "empty.tar")

const writeArchive = (directory: string): string => {
  fs.writeFileSync(archiveIn(directory), emptyArchive, { flag: "wx" })
  return directory
}

/** Whether the daemon has a path; a reason where it does not say. */
const daemonHas = (examination: Examination, image: string, source: string): Effect.Effect<boolean | string> =>
  examination.ask(["create", "--mount", `type=bind,"source=${source.replaceAll("\"", "\"\"")}",target=/x`, image]).pipe(
    Effect.flatMap((ran) => {
      if (ran.code === 0) return examination.ask(["rm", ran.stdout.trim()]).pipe(Effect.as(true))
      return Effect.succeed(ran.stderr.includes("source path does not exist") ? false : ran.stderr.trim())
    })
  )

/** Makes a file in a directory and asks whether the daemon has it at its own path of that; a reason where nobody can say. */
const seesFile = (
  examination: Examination,
  image: string,
  directory: string,
  daemons: string
): Effect.Effect<boolean | string> => {
  const name = `.docker-shim-doctor-${randomBytes(6).toString("hex")}`
  return Effect.acquireUseRelease(
    Effect.sync(() => mark(path.join(directory, name))),
    (isMarked) =>
      isMarked
        ? daemonHas(examination, image, path.join(daemons, name))
        : Effect.succeed(`${directory} cannot be written to, so doctor cannot test it`),
    () => Effect.sync(() => fs.rmSync(path.join(directory, name), { force: true }))
  )
}

const mapping = (examination: Examination, image: string, one: PathMapping): Effect.Effect<Finding.Finding> => {
  const evidence = `${one.from} is ${one.to} for the daemon (${one.origin})`
  // a mounted socket or file has no room for a file to test it with
  if (!isDirectory(one.from)) {
    return Effect.map(daemonHas(examination, image, one.to), (has) =>
      has === true
        ? Finding.ok("mapping", `${evidence}: it has that`)
        : has === false
        ? Finding.fail("mapping", `${evidence}, but it does not have that`, remedy(one))
        : Finding.unchecked("mapping", `${evidence}: ${has}`))
  }
  return Effect.map(seesFile(examination, image, one.from, one.to), (sees) => {
    if (sees === true) return Finding.ok("mapping", `${evidence}: it sees a file made there`)
    return sees === false
      ? Finding.fail(
        "mapping",
        `${evidence}, but it does not see a file made there`,
        remedy(one)
      )
      : Finding.unchecked("mapping", `${evidence}: ${sees}`)
  })
}

const isDirectory = (path: string): boolean => attempt(() => fs.statSync(path).isDirectory()) !== false

const remedy = ({ from, holes, origin }: PathMapping): string =>
  holes === undefined
    ? `set ${origin} to the daemon's path of ${from}`
    : `set DOCKER_SHIM_PATH_MAP=${from}=DAEMON_PATH, without auto`

/** The directory that is the user's: of the settings, else the working directory. */
const usersDirectory = ({ invocation, settings }: Examination): string =>
  fs.existsSync(settings.userPath) ? settings.userPath : invocation.cwd

/** Without a mapping: whether the daemon really sees paths as they are. */
const unmapped = (examination: Examination, image: string, directory: string): Effect.Effect<Finding.Finding> =>
  Effect.map(seesFile(examination, image, directory, directory), (sees) => {
    if (sees === true) {
      return Finding.ok("mapping", `none: the daemon sees a file made in ${directory} at the same path`)
    }
    if (sees !== false) return Finding.unchecked("mapping", `none (WORKSPACE_DIR is unset): ${sees}`)
    const evidence =
      `none (WORKSPACE_DIR is unset), but the daemon does not see a file made in ${directory}: mounts of it `
      + "are empty"
    const next =
      `set WORKSPACE_DIR to the daemon's path of ${directory}, in this shell or for all users in /etc/docker-shim.env`
    // a daemon on another machine has nobody's files; in a session the user's directory is what the shim is for
    return directory === examination.settings.userPath
      ? Finding.fail("mapping", evidence, next)
      : Finding.warn("mapping", evidence, `${next}, and DOCKER_SHIM_USER_PATH to ${directory}`)
  })

const mark = (file: string): boolean => attempt(() => (fs.writeFileSync(file, "", { flag: "wx" }), true)) === true

const socket = (examination: Examination, image: string, one: string): Effect.Effect<Finding.Finding> =>
  Effect.map(daemonHas(examination, image, one), (has) => {
    if (has === true) return Finding.ok("daemon socket", `${one} is there for containers`)
    return has === false
      ? Finding.fail(
        "daemon socket",
        `the daemon has no ${one}`,
        "set DOCKER_SHIM_DAEMON_SOCKET to the path of the session's socket in the daemon's file system"
      )
      : Finding.unchecked("daemon socket", has)
  })
