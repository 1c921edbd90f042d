/**
 * System calls that the kernel refuses, as the seccomp profile of a container does: through the shim a command ends as docker
 * itself ends, and what cannot be read is not taken for empty.
 */
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { built, form, run, shimDirectory, starting } from "./program.ts"

const shim = shimDirectory("docker")
const at = (...names: ReadonlyArray<string>): string => path.join(shim.directory, ...names)
const env = {
  PATH: "/usr/local/bin:/usr/bin:/bin",
  HOME: at("home"),
  DOCKER_SHIM_REAL_DOCKER: at("say"),
  DOCKER_SHIM_CACHE_DIR: at("cache"),
  DOCKER_SHIM_QUIET: "1"
}
afterAll(shim.remove)
beforeAll(() => {
  for (const name of ["home", "cache", "work"]) fs.mkdirSync(at(name))
  fs.writeFileSync(at("work/compose.yaml"), "services: {web: {image: web, volumes: ['./src:/src']}}\n")
  for (const name of ["say", "surround"]) {
    const source = fileURLToPath(new URL(`../fixtures/c/${name}.c`, import.meta.url))
    execFileSync("gcc", ["-O1", "-static", "-o", at(name), source])
  }
})

const refused = (call: string, error: string, ...words: ReadonlyArray<string>) =>
  run(at("surround"), ["refuse", call, error, ...words], { cwd: at("work"), env })

/** Without one of these `env`, the C library or V8 end before Node runs a line of the program. */
const calls = form === "standalone" ? ["openat", "mmap", "readlink", "madvise"] : []

/** A command that the shim becomes, one that it changes, and two that it waits for. */
const commands = [["ps"], ["run", "-v", "./src:/src", "web"], ["build", "-t", "app", "."], ["compose", "up", "-d"]]

describe.each(calls.flatMap((call) => ["EPERM", "ENOSYS"].map((error) => ({ call, error }))))(
  "$call is answered with $error",
  ({ call, error }) => {
    it.each(commands)("docker %s", async (...words) => {
      const [direct, through] = [
        await refused(call, error, at("say"), ...words),
        await refused(call, error, at("docker"), ...words)
      ]
      assert.strictEqual(direct.stdout, `${words.join("\n")}\n`)
      assert.deepStrictEqual(through, direct)
    })
  }
)

describe("a directory that cannot be read to its end", () => {
  it.each([["ls"], ["du"], ["verify"], ["prune", "--force"]])("is not an empty one: cache %s", async (...words) => {
    const asked = [...starting(built), "cache", ...words]
    const before = await run(asked[0] ?? "", asked.slice(1), { env })
    assert.strictEqual(before.code, 0, before.stderr)
    const ran = await refused("getdents", "EPERM", ...asked)
    assert.notStrictEqual(ran.code, 0, ran.stdout)
    assert.match(ran.stderr, /^docker-shim: /)
  })
})
