/**
 * The Docker generations that tests run with. `scripts/engines/get-docker.sh` fetches each once.
 */
import { spawn } from "node:child_process"
import { readFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { createInterface } from "node:readline"
import { text } from "node:stream/consumers"
import { fileURLToPath } from "node:url"
import { RealDockerUnavailable } from "./Machine.ts"

/** A Docker generation, such as `28.5`; `20.10` is the last of its line, `20.10.5` an early one. */
export type Generation = "28.5" | "26.1" | "20.10" | "20.10.5"

/** Whether a generation has no other image store than the classic one. */
export const isClassic = (generation: Generation): boolean => generation.startsWith("20.10")

/** Where the programs of one generation are, and their exact versions. */
export interface Suite {
  readonly generation: Generation
  /** The directory of `dockerd`, `docker`, `busybox` and `cli-plugins/`. */
  readonly bin: string
  /** Where downloads and base images are kept between runs. */
  readonly cache: string
  readonly versions: {
    readonly docker: string
    readonly containerd: string
    /** Absent in 20.10, as is `compose`. */
    readonly buildx?: string
    readonly compose?: string
  }
}

const SCRIPTS = fileURLToPath(new URL("../../scripts/engines/", import.meta.url))

const DEBIAN: Record<Generation, string> = {
  "28.5": "forky",
  "26.1": "trixie",
  "20.10": "bookworm",
  "20.10.5": "bullseye"
}

const located = new Map<Generation, Promise<Suite>>()

/**
 * Finds a generation, fetching it first if it is not there (10 to 20 s, once per machine).
 *
 * **Details**
 *
 * Rejects with `RealDockerUnavailable` if the packages cannot be had. `say` is told what is fetched, and to where.
 */
export const locate = (generation: Generation, say: (line: string) => void = () => undefined): Promise<Suite> => {
  const known = located.get(generation)
  if (known !== undefined) return known
  const suite = fetch(generation, say)
  located.set(generation, suite)
  return suite
}

/** Gives the directory of the Python `docker-compose` 1.29.2, fetching it first if it is not there. */
export const locateComposeV1 = (): Promise<string> => runScript("get-compose-v1.sh", [])

/** The lines of Node that the Node form is tested on: 20, which the oldest desktops have, and those that still get fixes. */
export const NODES = ["20", "22", "24"] as const

/** Gives the program of the newest Node of a line, such as `22`, fetching it first if it is not there. */
export const locateNode = async (line: string): Promise<string> => join(await runScript("get-node.sh", [line]), "node")

/**
 * Gives the directory of dockerode, Testcontainers and the command line of dev containers, fetching them first if they are not
 * there.
 */
export const locateNodeClients = (): Promise<string> => runScript("get-node-clients.sh", [])

/** Gives the program of a registry, fetching it first if it is not there. */
export const locateRegistry = async (): Promise<string> =>
  join(await runScript("get-registry.sh", []), "docker-registry")

/**
 * Gives an archive with the file system of a small Debian that has Docker 28.5 installed, made first if it is not there.
 */
export const locateDebian = (kind: "docker" | "bare" = "docker"): Promise<string> =>
  runScript("get-debian.sh", ["", kind])

/** Gives the directory of Debian's zsh and fish, fetching them first if they are not there. */
export const locateShells = (): Promise<string> => runScript("get-shells.sh", [])

/** Gives the directory of Debian's strace, fetching it first if it is not there. */
export const locateStrace = (): Promise<string> => runScript("get-strace.sh", [])

/** Gives the directory of Debian's rootlesskit and newuidmap, fetching them first if they are not there. */
export const locateRootless = (): Promise<string> => runScript("get-rootless.sh", [])

const fetch = async (generation: Generation, say: (line: string) => void): Promise<Suite> => {
  const bin = await runScript("get-docker.sh", ["", DEBIAN[generation]], say)
  const home = dirname(bin)
  const packages = await readFile(join(home, "versions"), "utf8")
  const version = (name: string): string | undefined =>
    new RegExp(`^${name.replace(".", "\\.")}_(?:\\d+%3a)?(\\d+\\.\\d+\\.\\d+)`, "m").exec(packages)?.[1]
  const buildx = version("docker-buildx")
  const compose = version("docker-compose")
  return {
    generation,
    bin,
    cache: dirname(home),
    versions: {
      docker: version("docker.io") ?? "",
      containerd: version("containerd") ?? "",
      ...(buildx === undefined ? {} : { buildx }),
      ...(compose === undefined ? {} : { compose })
    }
  }
}

const runScript = async (
  script: string,
  args: ReadonlyArray<string>,
  say: (line: string) => void = () => undefined
): Promise<string> => {
  const child = spawn(join(SCRIPTS, script), [...args], { stdio: ["ignore", "pipe", "pipe"] })
  const told: Array<string> = []
  createInterface(child.stderr).on("line", (line) => {
    told.push(line)
    say(line)
  })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject)
    child.once("close", resolve)
  })
  const stdout = await text(child.stdout)
  const code = await ended
  if (code !== 0) throw new RealDockerUnavailable(`${script} failed: ${told.at(-1) ?? `status ${code}`}`)
  return stdout.trim()
}
