import { assert, describe, it } from "vitest"
import * as Masking from "../../../src/core/explain/Masking.ts"

describe("Masking", () => {
  describe("words", () => {
    it.each([
      ["run -e A=1 -e B web", "run -e A=*** -e B web"],
      ["run --env=A=1 -itde B=2 web", "run --env=A=*** -itde B=*** web"],
      ["exec -e A=1 -e B web sh", "exec -e A=*** -e B web sh"],
      [
        "build --build-arg NPM_TOKEN=x --build-arg VERSION=1 .",
        "build --build-arg NPM_TOKEN=*** --build-arg VERSION=1 ."
      ],
      ["run web tool --api-token=x --level=3", "run web tool --api-token=*** --level=3"],
      ["run web env DB_PASSWORD=x AUTHOR=me MONKEY=1", "run web env DB_PASSWORD=*** AUTHOR=me MONKEY=1"],
      ["login -u me --password x host", "login -u me --password *** host"],
      ["build https://me:x@host/repo.git", "build https://me:***@host/repo.git"],
      ["compose run -e A=1 web", "compose run -e A=*** web"],
      ["run -v /a=b:/c --nonsense x web", "run -v /a=b:/c --nonsense x web"]
    ])("of %s", (typed, masked) => {
      assert.strictEqual(Masking.words("docker", typed.split(" ")).join(" "), masked)
    })

    it("of a stand-alone docker-compose", () => {
      assert.deepStrictEqual(Masking.words("docker-compose", ["-f", "a.yaml", "run", "-e", "A=1", "web"]), [
        "-f",
        "a.yaml",
        "run",
        "-e",
        "A=***",
        "web"
      ])
    })
  })
})
