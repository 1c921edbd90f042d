/**
 * Real Compose through the shim, in a session whose engine sees the user's files elsewhere.
 */
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as BaseImage from "../real-docker/BaseImage.ts"
import * as Client from "../real-docker/Client.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import * as Session from "../real-docker/Session.ts"
import { built } from "../shell/program.ts"

describeReal("compose through the shim", () => {
  describe.each(["28.5", "26.1"] as const)("with Docker %s", (suite) => {
    let session: Session.Session
    let shim: string
    beforeAll(async () => {
      session = await Session.start({ suite, workspace: { id: "ses1" } })
      await BaseImage.load(session)
      shim = join(session.directory, "shim")
      mkdirSync(shim)
      for (const name of ["docker", "docker-compose"]) symlinkSync(built, join(shim, name))
    })
    afterAll(() => session.stop())

    const project = (name: string, files: Readonly<Record<string, string>>): string => {
      const directory = join(session.workspace?.files ?? "", name)
      for (const [file, content] of Object.entries(files)) {
        mkdirSync(join(directory, file, ".."), { recursive: true })
        writeFileSync(join(directory, file), content)
      }
      return `/home/retro/work/${name}`
    }
    const run = (name: string, args: ReadonlyArray<string>, options: Client.RunOptions = {}) =>
      session.run(join(shim, name), args, {
        ...options,
        env: {
          WORKSPACE_DIR: "/data/workspaces/ses1",
          HELIX_TASK_NUMBER: "12",
          XDG_RUNTIME_DIR: session.directory,
          ...options.env
        }
      })
    const docker = async (args: ReadonlyArray<string>, options: Client.RunOptions = {}) =>
      Client.stdoutOf(await run("docker", args, options))
    const leftovers = () => readdirSync(session.directory).filter((name) => name.startsWith("docker-shim-"))

    it("mounts what the user sees, under the session's name, and leaves nothing", async () => {
      const cwd = project("shop", {
        "compose.yaml": "services:\n  web: {image: bb, command: ls -A /src, volumes: ['./src:/src']}\n",
        "compose.override.yaml": "services:\n  web: {environment: {A: b}}\n",
        "src/file.txt": "x"
      })
      const outcome = await run("docker", ["compose", "up", "--no-color"], { cwd: `${cwd}/src` })
      assert.include(outcome.stdout, "file.txt", outcome.stderr)
      assert.include(await docker(["compose", "ps", "-a"], { cwd }), "helix-task-12-shop-web-1")
      assert.include(await docker(["compose", "config"], { cwd }), "name: helix-task-12-shop")
      assert.deepStrictEqual(leftovers(), [])
      await docker(["compose", "down", "-v"], { cwd: `${cwd}/src` })
      assert.strictEqual(await session.docker(["ps", "-aq"]), "")
    })

    it("says what Compose says of a project that it refuses", async () => {
      const cwd = project("refused", {
        "compose.yaml": "services:\n  web: {image: 'bb', command: 'echo ${NEEDED:?it is needed}'}\n"
      })
      for (const command of [["up", "-d"], ["config"], ["build"]]) {
        const real = await session.run("docker", ["compose", ...command], { cwd })
        const outcome = await run("docker", ["compose", ...command], { cwd })
        assert.deepStrictEqual(outcome, real)
        assert.notStrictEqual(outcome.code, 0)
      }
    })
  })
})
