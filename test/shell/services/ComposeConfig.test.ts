import * as Effect from "effect/Effect"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import type * as Question from "../../../src/core/facts/Question.ts"
import * as JsonObject from "../../../src/core/syntax/JsonObject.ts"
import { ComposeConfig } from "../../../src/shell/services/ComposeConfig.ts"
import { ComposePrograms } from "../../../src/shell/services/ComposePrograms.ts"
import { Environment } from "../../../src/shell/services/Environment.ts"
import { ProbeRunner, type Ran } from "../../../src/shell/services/ProbeRunner.ts"
import { StandardInput } from "../../../src/shell/services/StandardInput.ts"
import { composeModel } from "../../core/facts/questions.ts"

let home = ""
let asked: Array<string> = []
beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-config-"))
  asked = []
})
afterEach(() => fs.rmSync(home, { recursive: true, force: true }))

const question = (more: Partial<Question.Of<"ComposeModel">> = {}) => composeModel({ flags: ["-p", "shop"], ...more })
const printed = (config: unknown): Ran => ({ code: 0, stdout: JSON.stringify(config), stderr: "" })
const refused: Ran = { code: 1, stdout: "", stderr: "warning: a\nservices.web must be a mapping\u0007\n" }

/** Asks where Compose answers like this; `answer` gets its words. */
const asking = <A>(
  answer: (words: string) => Ran,
  use: (compose: ComposeConfig["Type"]) => Effect.Effect<A>
): Promise<A> =>
  Effect.runPromise(
    Effect.flatMap(ComposeConfig.make, use).pipe(
      Effect.provideService(ComposePrograms, {
        command: () =>
          Effect.succeed({ file: path.join(home, "docker-compose"), args: ["compose"], env: { HOME: home } }),
        docker: () => Effect.succeed({ file: path.join(home, "docker"), args: [], env: {} })
      }),
      Effect.provideService(ProbeRunner, {
        run: ({ args }) =>
          Effect.sync(() => {
            asked.push(args.join(" "))
            return answer(args.join(" "))
          })
      }),
      Effect.provideService(StandardInput, {
        read: (descriptors) =>
          Effect.succeed(descriptors.map((descriptor) => ({ descriptor, content: "services: {}" })))
      }),
      Effect.provideService(Environment, {
        invocation: { argv0: "docker", argv: [], env: { HOME: home }, cwd: home },
        shim: "/shim"
      })
    )
  )
const web = { name: "shop", services: { web: { image: "a", environment: { TOKEN: "s3cret" } } } }

describe("ComposeConfig", () => {
  it("asks with all profiles, and keeps only what planning needs", async () => {
    const answer = await asking(() => printed(web), (compose) => compose.ask(question()))
    if (answer._tag !== "Model") return assert.fail(answer.why)
    assert.deepStrictEqual(asked, ["compose -p shop --profile * config --format json --no-normalize --no-consistency"])
    assert.strictEqual(JsonObject.text(answer.config, "name"), "shop")
    assert.notInclude(JSON.stringify(answer.config), "s3cret")
  })

  it("asks with the user's own profiles where Compose refuses, and joins what it says of the services named", async () => {
    const answer = await asking(
      (words) =>
        words.includes("--profile")
          ? refused
          : printed(words.endsWith(" debug") ? { services: { debug: { image: "b" } } } : web),
      (compose) => compose.ask(question({ services: ["debug"] }))
    )
    if (answer._tag !== "Model") return assert.fail(answer.why)
    assert.lengthOf(asked, 3)
    assert.sameMembers(
      JsonObject.entries(JsonObject.field(answer.config, "services")).map(([name]) => name),
      ["web", "debug"]
    )
  })

  it("is refused with the last line that Compose says, without control characters, and what was read", async () => {
    const answer = await asking(() => refused, (compose) => compose.ask(question({ descriptors: [0] })))
    assert.deepStrictEqual(answer, {
      _tag: "Refused",
      why: "services.web must be a mapping ",
      input: [{ descriptor: 0, content: "services: {}" }]
    })
    const broken = await asking(() => ({ code: 0, stdout: "{", stderr: "" }), (compose) => compose.ask(question()))
    assert.match(broken._tag === "Refused" ? broken.why ?? "" : "", /^what it printed cannot be read: /)
  })

  it("asks docker what a stack is, also in YAML", async () => {
    const yaml: Ran = { code: 0, stdout: "version: \"3.8\"\nservices: {web: {image: a}}\n", stderr: "" }
    const stack = { _tag: "StackModel", globals: [], files: ["a.yml", "b.yml"], descriptors: [] } as const
    const answer = await asking(() => yaml, (compose) => compose.askStack(stack))
    assert.deepStrictEqual(answer._tag === "Model" && answer.config, {
      version: "3.8",
      services: { web: { image: "a" } }
    })
    assert.deepStrictEqual(asked, ["stack config --compose-file a.yml --compose-file b.yml"])
  })
})
