/**
 * A stand-in for a Compose that sets fields on the command line, which no released one does.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import { run, shimDirectory } from "../program.ts"

const { directory, remove } = shimDirectory("docker-compose")
afterAll(remove)

const script = (name: string, text: string): string => {
  const file = path.join(directory, name)
  fs.writeFileSync(file, `#!/bin/sh\n${text}`, { mode: 0o755 })
  return file
}

/** Says its words, one a line; knows the flags it is made with. */
const compose = (name: string, flag: string): string =>
  script(
    name,
    `case "$*" in
  "version --short") echo 9.9.9 ;;
  "build --help") printf 'Usage:  docker compose build\\n\\nOptions:\\n      ${flag} stringArray   Set a field\\n' ;;
  *config*) echo '{"name":"p","services":{"web":{"image":"team/web","build":{"context":"/p"}}}}' ;;
  *) printf '%s\\n' "$@" ;;
esac
`
  )

const docker = script(
  "real-docker",
  `printf 'Name: default\\nDriver: docker\\n\\nNodes:\\nLabels:\\n org.mobyproject.buildkit.worker.snapshotter: overlayfs\\n'\n`
)

describe("a Compose with build --set", () => {
  const words = async (real: string): Promise<ReadonlyArray<string>> => {
    const project = fs.mkdtempSync(path.join(directory, "project-"))
    const cache = fs.mkdtempSync(path.join(directory, "cache-"))
    fs.writeFileSync(path.join(project, "compose.yaml"), "services: {web: {image: team/web, build: /p}}\n")
    const ran = await run(path.join(directory, "docker-compose"), ["build", "-q"], {
      cwd: project,
      env: {
        PATH: process.env["PATH"],
        HOME: directory,
        PWD: project,
        DOCKER_SHIM_CACHE_DIR: cache,
        DOCKER_SHIM_REAL_COMPOSE: real,
        DOCKER_SHIM_REAL_DOCKER: docker
      }
    })
    assert.deepStrictEqual([ran.code, ran.stderr], [0, ""])
    return ran.stdout.trim().split("\n").map((word) => word.replaceAll(cache, "CACHE"))
  }

  it("is given the cache by that flag", async () => {
    const [command, set, ...rest] = await words(compose("with-set", "--set"))
    assert.deepStrictEqual([command, rest], ["build", ["-q"]])
    assert.match(set ?? "", /^--set=web\.build\.cache_to=type=local,dest=\/[^,]+\/docker-shim-[^,]+\/cache-1,mode=max/)
  })

  it("is not seen in one whose help does not list it, whatever its version", async () => {
    assert.deepStrictEqual(await words(compose("without-set", "--setting")), ["build", "-q"])
  })
})
