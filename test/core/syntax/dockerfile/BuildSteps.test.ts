import { assert, describe, it } from "@effect/vitest"
import * as BuildSteps from "../../../../src/core/syntax/dockerfile/BuildSteps.ts"
import * as Dockerfile from "../../../../src/core/syntax/dockerfile/Dockerfile.ts"

const steps = (...lines: ReadonlyArray<string>) => {
  const file = Dockerfile.parse(lines.join("\n"))
  assert(file !== undefined)
  return BuildSteps.read(file)?.map(({ instruction, needs, place, stage }) => ({
    name: instruction.name,
    needs: [...needs].sort(),
    place: place === undefined ? undefined : [place.least, place.most],
    stage
  }))
}

describe("BuildSteps", () => {
  it("follow one another in a stage; WORKDIR leaves a layer or none", () => {
    assert.deepStrictEqual(steps("FROM a AS one", "WORKDIR /w", "COPY . .", "ENV A=1", "RUN make"), [
      { name: "WORKDIR", needs: [], place: [0, 1], stage: "one" },
      { name: "COPY", needs: [0], place: [1, 2], stage: "one" },
      { name: "RUN", needs: [0, 1], place: [2, 3], stage: "one" }
    ])
  })

  it("follow the stage that they begin with, and those that they copy from", () => {
    const found = steps(
      "FROM a AS one",
      "RUN x",
      "FROM b AS two",
      "RUN y",
      "FROM one",
      "COPY --from=two /a /b",
      "COPY --from=0 /a /b"
    )
    assert.deepStrictEqual(found?.map(({ needs }) => needs), [[], [], [0, 1], [0, 1, 2]])
  })

  it("may follow every stage where an argument says which", () => {
    const found = steps("FROM a AS one", "RUN x", "FROM $BASE", "RUN y")
    assert.deepStrictEqual(found?.map(({ needs, place }) => [needs, place]), [[[], [1, 1]], [[0], undefined]])
  })

  it("have no place on scratch, nor with --link", () => {
    assert.deepStrictEqual(steps("FROM scratch", "COPY a b")?.map(({ place }) => place), [undefined])
    assert.deepStrictEqual(steps("FROM a", "COPY --link a b")?.map(({ place }) => place), [undefined])
  })

  it.each([[["FROM a", "ONBUILD RUN x"]], [["RUN x"]], [["FROM a", "RUN --mount=type=new,target=/x y"]]])(
    "are not known in %j",
    (lines) => {
      assert.isUndefined(steps(...lines))
    }
  )
})
