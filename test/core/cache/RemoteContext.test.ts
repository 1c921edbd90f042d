import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as RemoteContext from "../../../src/core/cache/RemoteContext.ts"

describe("RemoteContext", () => {
  it.each([
    "https://host/app.git",
    "HTTP://host/context.tar.gz",
    "git://host/app",
    "ssh://git@host/app",
    "git+ssh://host/app",
    "git@host:team/app",
    "deploy_1@host.example:app.git#main",
    "github.com/team/app"
  ])("%s is one", (text) => {
    assert.isTrue(RemoteContext.is(text))
  })

  it.each([".", "/w/api", "api", "a@b", "a@b/c:d", "./git@host:app", "github.community", "https:/host", ""])(
    "%s is none",
    (text) => {
      assert.isFalse(RemoteContext.is(text))
    }
  )

  it.each([
    ["https://host/app.git#main:sub", "https://host/app.git#main:sub"],
    ["https://host:8443/app.git", "https://host:8443/app.git"],
    ["https://user:token@host/app.git", "https://host/app.git"],
    ["https://token@host/app.git", "https://host/app.git"],
    ["HTTPS://token@host/@scope/app.git", "https://host/@scope/app.git"],
    ["https://host/@scope/app.git", "https://host/@scope/app.git"],
    ["https://[::1]:5000/a@b.git", "https://[::1]:5000/a@b.git"],
    ["https://u:p@[::1]/app.git", "https://[::1]/app.git"],
    ["https://host/c.tar.gz?X-Amz-Signature=9f", "https://host/c.tar.gz"],
    ["https://host?token=x", "https://host"],
    ["https://host/app.git?token=x#main", "https://host/app.git#main"],
    ["https://host/app.git#main?token=x", "https://host/app.git#main"],
    ["https://host/app.git?ref=v1&subdir=web&token=x", "https://host/app.git#v1:web"],
    ["https://host/app.git?tag=v1&checksum=3f2a9c1d", "https://host/app.git#v1"],
    ["https://host/app.git?branch=dev&subdir=web#main:api", "https://host/app.git#main:api"],
    ["https://host/app.git#3f2a9c1d0b", "https://host/app.git"],
    ["https://host/app.git#3F2A9C1:web", "https://host/app.git#:web"],
    ["https://host/app.git#deaf", "https://host/app.git#deaf"],
    ["git@host:team/app.git#main", "host:team/app.git#main"],
    ["github.com/team/app#main", "github.com/team/app#main"],
    // docker takes none of these, and the secret is one all the same
    ["https://user:to/ken@host/app.git", "https://host/app.git"],
    ["https://user:to?ken@host/app.git", "https://host/app.git"],
    ["https://user:to#ken@host/app.git", "https://host/app.git"],
    ["https://user:to@ken@host/app.git", "https://host/app.git"]
  ])("of %s the name is %s", (text, expected) => {
    assert.strictEqual(RemoteContext.print(text), expected)
  })

  const part = (unit: string) =>
    FastCheck.string({ unit: FastCheck.constantFrom(...Array.from(unit)), minLength: 1, maxLength: 12 })
  const word = part("abcxyz019-_.~")
  const secret = part("ABCXYZ234%+=!$&'()*,;").map((text) => `Q${text}Q`)
  const url = FastCheck.record({
    scheme: FastCheck.constantFrom("https://", "http://", "ssh://", "git://", "git+https://"),
    user: FastCheck.option(secret, { nil: "" }),
    password: FastCheck.option(secret, { nil: "" }),
    host: FastCheck.tuple(word, FastCheck.option(FastCheck.nat(65_535), { nil: undefined })).map(([name, port]) =>
      port === undefined ? name.replace(/[_~]/g, "h") : `${name.replace(/[_~]/g, "h")}:${port}`
    ),
    path: FastCheck.array(word, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/")),
    query: FastCheck.array(
      FastCheck.tuple(FastCheck.constantFrom("token", "X-Signature", "sig", "access_token"), secret)
    ),
    branch: FastCheck.option(part("ghijkl/-"), { nil: "" })
  })

  it.prop("holds no secret of a URL, and all that is none", [url], ([one]) => {
    const userInfo = one.user + one.password === ""
      ? ""
      : `${one.user}${one.password === "" ? "" : `:${one.password}`}@`
    const query = one.query.map(([name, value]) => `${name}=${value}`).join("&")
    const fragment = one.branch === "" ? "" : `#${one.branch}`
    const text = `${one.scheme}${userInfo}${one.host}/${one.path}${query === "" ? "" : `?${query}`}${fragment}`
    assert.isTrue(RemoteContext.is(text))
    assert.strictEqual(RemoteContext.print(text), `${one.scheme}${one.host}/${one.path}${fragment}`)
  })

  it.prop("is the name of itself", [url], ([one]) => {
    const printed = RemoteContext.print(`${one.scheme}${one.host}/${one.path}#${one.branch}`)
    assert.strictEqual(RemoteContext.print(printed), printed)
  })
})
