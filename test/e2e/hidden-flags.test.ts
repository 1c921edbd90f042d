/**
 * The answers of the real programs to `COMMAND --help --flag`, for flags that their help hides: what the shim learns from
 * them is what the sources say. No engine is started.
 */
import { execFile } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll, assert, it } from "vitest"
import * as Generate from "../../scripts/grammar/Generate.ts"
import { hidden } from "../../scripts/grammar/Hidden.ts"
import * as Grammar from "../../src/core/argv/grammar/Grammar.ts"
import * as FlagAnswer from "../../src/shell/docker/FlagAnswer.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import * as Suite from "../real-docker/Suite.ts"

describeReal("hidden flags", () => {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-hidden-"))
  afterAll(() => fs.rmSync(scratch, { recursive: true, force: true }))

  it.each<Suite.Generation>(["28.5", "26.1", "20.10"])("docker %s tells what each takes", async (generation) => {
    const { bin } = await Suite.locate(generation)
    const config = path.join(scratch, generation)
    fs.mkdirSync(config)
    fs.symlinkSync(path.join(bin, "cli-plugins"), path.join(config, "cli-plugins"))
    const env = { DOCKER_CONFIG: config, PATH: "/usr/bin:/bin", HOME: scratch, DOCKER_HOST: "unix:///nonexistent" }
    const ask = (command: string, flag: string) =>
      new Promise<FlagAnswer.FlagAnswer>((resolve) => {
        const words = [...command.split("_").slice(1), "--help", flag]
        const child = execFile(path.join(bin, "docker"), words, { env }, (_, stdout, stderr) => {
          resolve(FlagAnswer.read({ code: child.exitCode ?? 255, stdout, stderr }, flag))
        })
      })
    let known = 0
    for (const entry of hidden) {
      for (const command of entry.commands) {
        for (const flag of Generate.hiddenFlags(entry)) {
          const answer = await ask(command, `--${flag.name}`)
          assert.notStrictEqual(answer._tag, "Unanswered", `${command} --${flag.name}`)
          if (answer._tag !== "Has") continue // of another version
          known += 1
          assert.strictEqual(Grammar.takesValue(answer.flag), Grammar.takesValue(flag), `${command} --${flag.name}`)
        }
      }
    }
    assert.isAbove(known, 20)
  })
})
