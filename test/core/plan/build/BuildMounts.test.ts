import { assert, describe, it } from "@effect/vitest"
import { plan } from "../table.ts"

const asked = (words: string) =>
  plan(words, { entries: { app: { _tag: "Sound" } } }).questions.flatMap((question) =>
    question._tag === "Dockerfile" ? [question.file] : []
  )

describe("BuildMounts", () => {
  it.each([
    ["build -t app .", ["/home/retro/work/Dockerfile"]],
    ["build -t app api", ["/home/retro/work/api/Dockerfile"]],
    ["build -t app -f docker/Dev api", ["/home/retro/work/docker/Dev"]],
    ["build -t app -", []],
    ["build -t app https://host/r.git", []],
    ["build -t app -f https://token@host/Dockerfile .", []],
    ["build -t app --build-arg BUILDKIT_SYNTAX=x .", []]
  ])("%s looks into %j", (words, files) => {
    assert.deepStrictEqual(asked(words), files)
  })

  it("imports nothing where the Dockerfile cannot be read, and says so", () => {
    const table = { entries: { app: { _tag: "Sound" } }, dockerfiles: {} } as const
    const { plan: planned } = plan("build -t app .", table)
    assert.isFalse(planned.args.some((word) => word.startsWith("--cache-from")))
    assert.isTrue(planned.notices.some(({ text }) => text.startsWith("build cache of app not imported")))
  })
})
