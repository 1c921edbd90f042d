import * as fs from "node:fs"
import { assert, describe, it } from "vitest"
import * as CacheSurvey from "../../../../src/shell/cache/CacheSurvey.ts"
import * as UsageCommand from "../../../../src/shell/cli/cache/UsageCommand.ts"
import * as Store from "../../cache/store.ts"

const store = Store.ofEachTest()

describe("UsageCommand", () => {
  it("counts what entries share once, and what none names as garbage", () => {
    const base = "b".repeat(10_000)
    store.publish("app", [base, "one"])
    store.publish("web", [base, "two"])
    const [manifest = "", ...layers] = store.exported("gone", ["left over"], "run")
    const garbage = [manifest, ...layers].reduce(
      (sum, digest) => sum + fs.statSync(Store.blobFile(store, digest)).size,
      0
    )
    const usage = UsageCommand.usage(CacheSurvey.read(store.directory, Date.now()))
    assert.strictEqual(usage.saved, base.length)
    assert.strictEqual(usage.apart - usage.together, base.length)
    assert.deepStrictEqual([usage.entries, usage.blobs], [2, store.blobs().length])
    // the exported configuration is garbage as well
    assert.isAtLeast(usage.garbage, garbage)
    assert.strictEqual(usage.total, usage.together + usage.garbage)
  })

  it("is nothing of an empty cache", () => {
    assert.deepStrictEqual(UsageCommand.usage(CacheSurvey.read(store.directory, Date.now())), {
      entries: 0,
      blobs: 0,
      apart: 0,
      together: 0,
      saved: 0,
      garbage: 0,
      total: 0
    })
  })
})
