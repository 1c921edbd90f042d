/**
 * System calls that the kernel refuses, as the seccomp profile of a container does: through the shim a command ends as docker
 * itself ends, and what cannot be read is not taken for empty.
 */
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { built, form, type Ran, repository, run, shimDirectory, starting } from "./program.ts"

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
  if (form === "node") {
    fs.mkdirSync(at("no link"))
    fs.copyFileSync(built, at("no link/docker"))
    fs.cpSync(path.join(repository, "dist/chunks"), at("no link/chunks"), { recursive: true })
    fs.writeFileSync(at("anything.mjs"), "console.log(\"ran\")\n")
    fs.symlinkSync("anything.mjs", at("anything"))
  }
})

const refused = (call: string, error: string, ...words: ReadonlyArray<string>) =>
  run(at("surround"), ["refuse", call, error, ...words], { cwd: at("work"), env })

/** A command that the shim becomes, one that it changes, and two that it waits for. */
const commands = [["ps"], ["run", "-v", "./src:/src", "web"], ["build", "-t", "app", "."], ["compose", "up", "-d"]]

const errors = ["EPERM", "ENOSYS"]

/** Through the shim, in one of its places, a command ends as docker does. */
const endsAsDocker = (call: string, shim: string): void =>
  describe.each(errors)(`${call} is answered with %s`, (error) => {
    it.each(commands)("docker %s", async (...words) => {
      const [direct, through] = [
        await refused(call, error, at("say"), ...words),
        await refused(call, error, shim, ...words)
      ]
      assert.strictEqual(direct.stdout, `${words.join("\n")}\n`)
      assert.deepStrictEqual(through, direct)
    })
  })

if (form === "standalone") {
  for (const call of ["openat", "mmap", "readlink", "madvise", "getrandom", "vfork"]) endsAsDocker(call, at("docker"))
} else {
  // Node has to find the file behind a link before it runs a line of it
  endsAsDocker("readlink", at("no link/docker"))

  describe.each(["openat", "mmap", "readlink", "madvise"].flatMap((call) => errors.map((error) => ({ call, error }))))(
    "$call is answered with $error, and Node does not come to any program",
    ({ call, error }) => {
      it.each(commands)("docker %s ends as Node does", async (...words) => {
        const runs = async (...program: ReadonlyArray<string>): Promise<Ran> =>
          await run(program[0] ?? "", program.slice(1), { env })
        assert.strictEqual((await runs(process.execPath, at("anything"))).stdout, "ran\n")
        const bare = await refused(call, error, process.execPath, at("anything"), ...words)
        const through = await refused(call, error, at("docker"), ...words)
        assert.strictEqual(bare.stdout, "")
        assert.notDeepEqual([bare.code, bare.signal], [0, null])
        assert.deepStrictEqual([through.code, through.signal, through.stdout], [bare.code, bare.signal, ""])
      })
    }
  )
}

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
