import { readFileSync } from "node:fs"
import { assert, describe, it } from "vitest"
import * as Generate from "../../../../scripts/grammar/Generate.ts"
import * as HelpFixtures from "../../../../scripts/grammar/HelpFixtures.ts"
import { compose } from "../../../../src/core/argv/grammar/compose.generated.ts"
import { docker } from "../../../../src/core/argv/grammar/docker.generated.ts"
import * as Grammar from "../../../../src/core/argv/grammar/Grammar.ts"

const programs = HelpFixtures.read("test/fixtures/help")

describe("generated grammar", () => {
  it("is made of the help of every generation", () => {
    assert.deepStrictEqual(programs.map((program) => program.version), [
      "docker-28.5.2",
      "docker-26.1.5",
      "docker-20.10.24",
      "docker-20.10.5",
      "compose-2.40.3",
      "compose-2.26.1",
      "buildx-0.29.1",
      "buildx-0.13.1"
    ])
  })

  it("is what the stored help gives", () => {
    const stored = (name: string): string => readFileSync(`src/core/argv/grammar/${name}.generated.ts`, "utf8")
    assert.strictEqual(stored("docker"), Generate.generateDocker(programs))
    assert.strictEqual(stored("compose"), Generate.generateCompose(programs))
  })

  it.each([
    // FACTS A and C
    [
      "run",
      docker["run"],
      "disable-content-trust help init interactive no-healthcheck oom-kill-disable privileged "
      + "publish-all quiet read-only rm tty detach sig-proxy use-api-socket"
    ],
    ["compose", compose[""], "compatibility dry-run no-ansi verbose version all-resources help"],
    ["docker", docker[""], "debug tls tlsverify version help"]
  ])("%s has the booleans known from running it", (_, encoded, expected) => {
    const flags = [...Grammar.decode(encoded ?? "").long.values()].filter((flag) => flag.arity === "boolean")
    assert.deepStrictEqual(flags.map((flag) => flag.name).sort(), expected.split(" ").sort())
  })

  it("stays small: it is read on every docker command", () => {
    assert.isBelow(JSON.stringify(docker).length, 10_000)
    assert.isBelow(JSON.stringify(compose).length, 8_000)
  })

  it("refuses programs that disagree on a flag", () => {
    const changed = programs.map((program) =>
      program.version !== "docker-20.10.24" ? program : {
        ...program,
        texts: new Map(program.texts).set("docker_run", "Options:\n      --rm string   Remove\n")
      }
    )
    assert.throws(() => Generate.generateDocker(changed), /docker-20\.10\.24 docker_run: --rm is/)
  })
})
