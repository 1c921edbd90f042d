import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as MountDependence from "../../../../src/core/syntax/dockerfile/MountDependence.ts"

const of = (lines: ReadonlyArray<string>, hasContexts = false): MountDependence.MountDependence =>
  MountDependence.analyze(lines.join("\n"), hasContexts)

/** The places that must not be imported, as `least-most`. */
const places = (lines: ReadonlyArray<string>): ReadonlyArray<string> | string => {
  const found = of(lines)
  return found._tag === "Places" ? found.places.map(({ least, most }) => `${least}-${most}`) : found._tag
}

const fill = "RUN --mount=type=cache,target=/c cp /lock /c/lock"
const use = "RUN --mount=type=cache,target=/c cat /c/lock /src > /out"

describe("a step depends on a mount", () => {
  it.each<[string, ReadonlyArray<string>, ReadonlyArray<string>]>([
    ["of one stage", ["FROM bb", "RUN a", "COPY lock /", fill, "COPY src /", use, "RUN b"], ["3-3", "4-4"]],
    ["of the stage below", ["FROM bb AS one", fill, "FROM one", "COPY src /", use], ["1-1", "2-2"]],
    ["of a stage that files are copied from", [
      "FROM bb AS one",
      fill,
      "FROM other:1",
      "COPY --from=one /x /x",
      "RUN a",
      use
    ], ["1-1", "1-1", "2-2"]],
    ["of a stage by its number", ["FROM bb", fill, "FROM bb", "COPY --from=0 /x /x", use], ["1-1", "1-1"]],
    [
      "of a stage that is mounted",
      ["FROM bb AS one", fill, "FROM bb", use.replace("RUN", "RUN --mount=from=one")],
      [
        "1-1"
      ]
    ],
    ["with another id", ["FROM bb", fill.replace("target", "id=/c,target"), use], ["1-1"]],
    ["with the same id for two targets", [
      "FROM bb",
      "RUN --mount=type=cache,id=x,target=/a a",
      "RUN --mount=target=/b,type=cache,id=x b"
    ], ["1-1"]],
    ["with ids of build arguments", ["FROM bb", fill.replace("/c", "/$A"), use], ["1-1"]],
    ["in quotes", ["FROM bb", "RUN --mount='type=cache,\"target=/c\"' a", use], ["1-1"]],
    ["in a here-document", ["FROM bb", "RUN --mount=type=cache,target=/c <<E", "a", "E", use], ["1-1"]],
    ["behind WORKDIR", ["FROM bb", "WORKDIR /w", fill, "WORKDIR /v", use], ["1-2", "1-3"]],
    ["thrice", ["FROM bb", fill, "RUN a", use, "RUN b", use], ["1-1", "2-2", "3-3", "4-4"]],
    ["with packages that the network is not asked for", [
      "FROM bb",
      "RUN --mount=type=cache,target=/s pnpm fetch",
      "COPY . .",
      "RUN --mount=type=cache,target=/s pnpm install --offline"
    ], ["1-1", "2-2"]],
    ["with a manager that is told so elsewhere", [
      "FROM bb",
      "ENV UV_OFFLINE=1",
      "RUN --mount=type=cache,target=/s fetch",
      "RUN --mount=type=cache,target=/s uv sync"
    ], ["1-1"]],
    ["with packages fetched with a secret that it has not", [
      "FROM bb",
      "RUN --mount=type=ssh --mount=type=cache,target=/go/pkg/mod go mod download",
      "RUN --mount=type=cache,target=/go/pkg/mod go build ./..."
    ], ["1-1"]],
    ["with the lists of packages of an earlier step", [
      "FROM bb",
      "RUN --mount=type=cache,target=/var/lib/apt apt-get update",
      "RUN --mount=type=cache,target=/var/lib/apt apt-get install -y git"
    ], ["1-1"]],
    ["without a network", [
      "FROM bb",
      "RUN --mount=type=cache,target=/s npm ci",
      "RUN --network=none --mount=type=cache,target=/s npm ci"
    ], ["1-1"]],
    ["and hides that it failed", [
      "FROM bb",
      "RUN --mount=type=cache,target=/s npm ci",
      "RUN --mount=type=cache,target=/s npm ci || true"
    ], ["1-1"]]
  ])("%s", (_, lines, expected) => {
    assert.deepStrictEqual(places(lines), expected)
  })

  it.each<[string, ReadonlyArray<string>]>([
    ["without mounts", ["FROM bb", "RUN a", "ONBUILD RUN b"]],
    ["of one step", ["FROM bb", fill, "RUN b"]],
    ["of other ids", ["FROM bb", fill, use.replace("target=/c", "target=/d")]],
    ["of stages that do not follow one another", [
      "FROM bb AS one",
      fill,
      "FROM bb AS two",
      use,
      "FROM bb",
      "COPY --from=one /x /x",
      "COPY --from=two /x /x"
    ]],
    ["that are only read", ["FROM bb", fill.replace("target", "ro,target"), use]],
    [
      "of two apt steps",
      Array.from(
        { length: 2 },
        () =>
          "RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \\\n  apt-get update && apt-get install -y --no-install-recommends git"
      )
    ],
    ["of npm", ["RUN --mount=type=cache,target=/n npm ci --omit=dev", "RUN --mount=type=cache,target=/n npm ci"]],
    ["of pip", [
      "RUN --mount=type=cache,target=/p pip install -r a.txt",
      "RUN --mount=type=cache,target=/p <<EOF",
      "set -e",
      "pip install 'x>=1' \"y<2\"",
      "EOF"
    ]],
    ["of go", [
      "RUN --mount=type=cache,target=/m go mod download",
      "COPY . .",
      "RUN --mount=type=cache,target=/m go build -o /a ."
    ]],
    ["of uv", [
      "RUN --mount=type=cache,target=/u uv sync --frozen --no-install-project",
      "COPY . .",
      "RUN --mount=type=cache,target=/u uv sync --frozen"
    ]]
  ])("not %s", (_, lines) => {
    assert.strictEqual(of(lines[0]?.startsWith("FROM") === true ? lines : ["FROM bb", ...lines])._tag, "None")
  })

  it.each<[string, ReadonlyArray<string>]>([
    ["is read by another front end", ["# syntax=acme/frontend", "FROM bb"]],
    ["has a mount that is not understood", ["FROM bb", "RUN --mount=type=cached,target=/c a"]],
    ["hands cache mounts on to images based on it", ["FROM bb", "ONBUILD RUN --mount=type=cache,target=/c a"]],
    ["is not read", ["FROM bb", "RUN --mount=type=cache,target=/c <<E", "a"]],
    ["begins with nothing", ["FROM scratch", "COPY a /", fill, use]],
    ["links what it copies", ["FROM bb", "COPY --link a /", fill, use]],
    ["has a stage below that an argument names", ["FROM bb AS one", fill, "FROM $BASE", "RUN b", use]]
  ])("in a way that is unknown where the Dockerfile %s", (_, lines) => {
    assert.strictEqual(of(lines)._tag, "Unknown")
  })

  it("in a way that is unknown where names have other meanings, or nothing can be read", () => {
    assert.strictEqual(of(["FROM bb", fill, use], true)._tag, "Unknown")
    assert.strictEqual(of(["FROM bb", fill, "RUN b"], true)._tag, "None")
    assert.strictEqual(MountDependence.analyze(undefined, false)._tag, "Unknown")
  })

  it("in a way that is unknown where hundreds of steps share one mount, which is not looked into for long", () => {
    const before = process.cpuUsage()
    assert.strictEqual(of(["FROM bb", ...Array.from({ length: 499 }, () => use)])._tag, "Unknown")
    assert.strictEqual(of(["FROM bb", ...Array.from({ length: 99 }, () => use)])._tag, "Places")
    const { system, user } = process.cpuUsage(before)
    assert.isBelow((system + user) / 1000, 500)
  })

  it.each<[string, ReadonlyArray<string>, ReadonlyArray<string>]>([
    ["its own", ["FROM node:1-onbuild", use], ["FROM node:1-onbuild"]],
    ["that of a stage below, in that stage", ["FROM a AS one", "RUN x", "FROM one AS two", use], ["FROM a AS one"]],
    ["that of a stage that files are copied from", ["FROM a AS one", "RUN x", "FROM b", "COPY --from=one /x /x", use], [
      "FROM b",
      "FROM a AS one"
    ]],
    ["none of a step that stands alone", ["FROM a", "RUN --mount=type=cache,target=/n npm ci"], []],
    ["none without a mount", ["FROM a", "RUN --mount=type=bind,target=/cache x"], []],
    ["none that is nothing or has no name yet", ["ARG A", "FROM $A", use], []]
  ])("on the triggers of an image, which the Dockerfile does not show: %s", (_, lines, expected) => {
    const needed = of(lines).needed.filter(({ command }) => MountDependence.imageOf(command) !== undefined)
    assert.deepStrictEqual(
      needed.map(({ command, stage }) => stage === undefined ? command : `${command} AS ${stage}`),
      expected
    )
  })

  const step = FastCheck.constantFrom("RUN a", "COPY a /", fill, use, "RUN --mount=type=cache,id=$A,target=/c x")
  it.prop(
    "in a line of steps: from the first that fills it to before the last that reads it",
    [FastCheck.array(step, { maxLength: 12 })],
    ([steps]) => {
      const users = steps.flatMap((one, at) => one.includes("cache") ? [at] : [])
      const [first = 0] = users
      const last = users.at(-1) ?? 0
      const expected = Array.from({ length: last - first }, (_, at) => `${first + at + 1}-${first + at + 1}`)
      assert.deepStrictEqual(places(["FROM bb", ...steps]), expected.length === 0 ? "None" : expected)
    }
  )

  it.prop(
    "not less for more steps in front or behind",
    [FastCheck.array(step, { maxLength: 6 }), FastCheck.array(step, { maxLength: 6 })],
    ([before, behind]) => {
      const counted = (lines: ReadonlyArray<string>): number => {
        const found = places(["FROM bb", ...lines])
        return typeof found === "string" ? 0 : found.length
      }
      assert.isAtLeast(counted([...before, fill, "RUN a", use, ...behind]), counted([fill, "RUN a", use]))
    }
  )
})
