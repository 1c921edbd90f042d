import { readFileSync } from "node:fs"
import { assert, describe, it } from "vitest"
import * as Generate from "../../../../scripts/grammar/Generate.ts"
import * as HelpFixtures from "../../../../scripts/grammar/HelpFixtures.ts"
import { newer } from "../../../../scripts/grammar/newer.generated.ts"
import { compose } from "../../../../src/core/argv/grammar/compose.generated.ts"
import { docker } from "../../../../src/core/argv/grammar/docker.generated.ts"
import * as Grammar from "../../../../src/core/argv/grammar/Grammar.ts"

const programs = HelpFixtures.read("test/fixtures/help")
const sources = { programs, newer }

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

  it("takes in what newer programs add, and names them", () => {
    assert.deepStrictEqual(newer.map((one) => one.version), ["docker-29.7.2", "compose-5.5.0", "buildx-0.36.1"])
    const header = (name: string): string =>
      readFileSync(`src/core/argv/grammar/${name}.generated.ts`, "utf8").split("\n")[1] ?? ""
    assert.match(header("docker"), /^\/\/ From docker-29\.7\.2, buildx-0\.36\.1, docker-28\.5\.2, /)
    assert.match(header("compose"), /^\/\/ From compose-5\.5\.0, compose-2\.40\.3, /)
    const arity = (encoded: string | undefined, name: string) => Grammar.decode(encoded ?? "").long.get(name)?.arity
    assert.strictEqual(arity(docker["service create"], "memory-swap"), "value")
    assert.strictEqual(arity(docker["build"], "resource"), "list")
    assert.strictEqual(arity(docker["build"], "policy"), "list")
    assert.strictEqual(arity(compose["start"], "wait"), "boolean")
    assert.strictEqual(arity(compose["run"], "no-tty"), "boolean")
    assert.strictEqual(arity(compose["run"], "no-TTY"), "boolean")
    assert.strictEqual(arity(compose[""], "insecure-registry"), "list")
  })

  it("finds what a further program adds, and refuses one that disagrees", () => {
    const further = (text: string): Generate.Program => ({
      version: "docker-99.0.0",
      texts: new Map([["docker_run", text]])
    })
    assert.deepStrictEqual(
      Generate.newerOf(programs, [further("Options:\n      --rm   Remove\n  -Z, --zone list   New\n")]),
      [
        { version: "docker-99.0.0", flags: { docker_run: "zone:Z*" } }
      ]
    )
    assert.throws(() => Generate.newerOf(programs, [further("Options:\n      --rm string   Remove\n")]), /--rm is/)
  })

  it("is what the stored help gives", () => {
    const stored = (name: string): string => readFileSync(`src/core/argv/grammar/${name}.generated.ts`, "utf8")
    assert.strictEqual(stored("docker"), Generate.generateDocker(sources))
    assert.strictEqual(stored("compose"), Generate.generateCompose(sources))
  })

  it.each([
    // flags that the programs have although their help does not list them
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
    assert.throws(() => Generate.generateDocker({ programs: changed, newer }), /docker-20\.10\.24 docker_run: --rm is/)
  })
})
