import * as fs from "node:fs"
import { assert, describe, it } from "vitest"
import * as CacheLayout from "../../../../src/core/cache/CacheLayout.ts"
import * as CacheLease from "../../../../src/shell/cache/CacheLease.ts"
import * as CacheSurvey from "../../../../src/shell/cache/CacheSurvey.ts"
import * as ListCommand from "../../../../src/shell/cli/cache/ListCommand.ts"
import * as Store from "../../cache/store.ts"

const store = Store.ofEachTest()

const rows = () => ListCommand.rows(CacheSurvey.read(store.directory, Date.now()))

describe("ListCommand", () => {
  it("has the last used first, with what only it holds, and what others hold as well", () => {
    for (const [key, layers] of [["app", ["base", "one"]], ["web", ["base", "two!"]]] as const) {
      store.publish(key, layers)
      CacheLease.take(store.directory, key, [key])
    }
    Store.age(CacheLayout.used(store.directory, "web"), 60_000)
    const [app, web, ...others] = rows()
    assert.deepStrictEqual([app?.key, app?.state, app?.uses, app?.shared], ["app", "sound", 1, "base".length])
    assert.deepStrictEqual([web?.key, web?.shared, others], ["web", "base".length, []])
    assert.strictEqual(app?.size, app?.own === undefined ? undefined : app.own + app.shared)
    assert.strictEqual(Number(web?.own) - Number(app?.own), "two!".length - "one".length + 1)
  })

  it("says what is damaged, and has no row for a key that nothing was stored for", () => {
    store.publish("app", ["one"])
    fs.writeFileSync(CacheLayout.index(store.directory, "app"), "{")
    store.exported("begun", ["two"], "run")
    assert.deepStrictEqual(rows().map(({ key, size, state }) => [key, state, size]), [["app", "damaged", 0]])
  })
})
