/**
 * One `docker compose up -d` of the project in a session, measured.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import type { Session } from "../../test/real-docker/Session.ts"
import * as Shared from "../../test/real-docker/SharedSessions.ts"
import * as Project from "./Project.ts"

/** What was seen of one start. */
export interface Start {
  /** The exit status of the command. */
  readonly code: number | null
  /** Seconds until Compose began to create containers: reading the project, asking the cache, building. */
  readonly build: number
  /** Seconds until the command ended. */
  readonly all: number
  readonly steps: number
  readonly cached: number
}

/** What the containers of a started project showed. */
export interface Shown {
  /** Mounts whose files were those of the user, of all. */
  readonly right: number
  readonly mounts: number
  /** The marks of the builds, one for each service. */
  readonly stamps: ReadonlyArray<string>
}

/** What Compose prints first when it is done with building. */
const creating = /(?:Network|Volume|Container) \S+ +(?:Creating|Created|Running|Recreate|Starting)/

/**
 * Runs a Compose command on the project as the session's user, with or without the shim before docker, and gives its times
 * and steps.
 */
export const run = async (
  session: Session,
  words: ReadonlyArray<string>,
  env: Readonly<Record<string, string | undefined>>
): Promise<Start> => {
  const began = performance.now()
  const seconds = (): number => (performance.now() - began) / 1000
  const child = session.spawn("docker", ["compose", ...words], {
    cwd: path.join(session.client.cwd, Project.directory),
    env: { BUILDKIT_PROGRESS: "plain", ...env }
  })
  let printed = ""
  let build: number | undefined
  const take = (chunk: Buffer): void => {
    printed += chunk.toString("utf8")
    if (build === undefined && creating.test(printed)) build = seconds()
  }
  child.stdout?.on("data", take)
  child.stderr?.on("data", take)
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve))
  const all = seconds()
  if (code !== 0) process.stderr.write(printed)
  return { code, build: build ?? all, all, ...Shared.stepsOf(printed) }
}

/** A container writes within moments; on a busy machine some seconds. */
const limitMs = 20_000

/** Reads what the containers wrote to the user's directory. */
export const shown = async (files: string, mark: string): Promise<Shown> => {
  const read = (name: string): string => {
    const file = path.join(files, Project.directory, "out", name)
    return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : ""
  }
  const stamps = (): ReadonlyArray<string> => Project.services.map((service) => read(`${service}.stamp`))
  for (const end = Date.now() + limitMs; stamps().includes("") && Date.now() < end;) await sleep(100)
  const written = stamps().filter((stamp) => stamp !== "").length
  const readRight = Project.services.filter((service) => read(`${service}.file`) === Project.mounted(service, mark))
  return { right: written + readRight.length, mounts: 2 * Project.services.length, stamps: stamps() }
}

/** The bytes that a directory takes on disk, links not followed. */
export const bytesOf = (directory: string): number =>
  fs.readdirSync(directory, { recursive: true, withFileTypes: true }).reduce((sum, entry) => {
    const { blocks } = fs.lstatSync(path.join(entry.parentPath, entry.name))
    return sum + blocks * 512
  }, 0)
