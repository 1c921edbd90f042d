import { assert, describe, it } from "vitest"
import * as RequestBody from "../../../src/shell/gateway/RequestBody.ts"
import { maxBody, type Outcome } from "../../../src/shell/gateway/Translator.ts"

const context = (translate: (body: string) => Outcome = (body) => ({ _tag: "Body", body })) => {
  const reported: Array<string> = []
  return {
    reported,
    daemon: "/run/d.sock",
    translator: { translates: () => true, translate: (_: string, __: string, body: string) => translate(body) },
    report: (line: string) => void reported.push(line),
    presence: () => "",
    held: { bytes: 0 }
  }
}

async function* chunks(...all: ReadonlyArray<Buffer>): AsyncGenerator<Buffer> {
  await Promise.resolve()
  yield* all
}

const take = (
  one: RequestBody.Context,
  all: ReadonlyArray<Buffer>,
  declared = all.reduce((sum, { length }) => sum + length, 0)
) => RequestBody.take(one, "POST", "/containers/create", chunks(...all), declared)

describe("RequestBody", () => {
  it("is translated as a whole, and counted until it is released", async () => {
    const one = context((body) => ({ _tag: "Body", body: body.replace("/a", "/data/a") }))
    const outcome = await take(one, ["{\"x\": \"/", "a\"}"].map((part) => Buffer.from(part)))
    if (outcome._tag !== "Send") return assert.fail(outcome.refusal.body)
    assert.strictEqual(outcome.body.toString(), "{\"x\": \"/data/a\"}")
    assert.strictEqual(one.held.bytes, "{\"x\": \"/a\"}".length)
    outcome.release()
    assert.strictEqual(one.held.bytes, 0)
  })

  it("passes byte for byte where it holds no path, and is refused where it does and is no UTF-8", async () => {
    const raw = Buffer.from([0x22, 0xff, 0x22])
    const same = await take(context(), [raw])
    assert.isTrue(same._tag === "Send" && same.body.equals(raw))
    const one = context((body) => ({ _tag: "Body", body: `${body} ` }))
    const refused = await take(one, [raw])
    assert.isTrue(refused._tag === "Refuse" && refused.refusal.status === 400)
    assert.match(one.reported[0] ?? "", /^POST \/containers\/create was refused: its body is not UTF-8, so its paths/)
    assert.strictEqual(one.held.bytes, 0)
  })

  it.each<[string, number, ReadonlyArray<Buffer>, number | undefined, number]>([
    ["is declared too large", 413, [], maxBody + 1, 0],
    ["grows too large", 413, [Buffer.alloc(maxBody), Buffer.alloc(1)], 0, 0],
    ["comes while too many are held", 503, [Buffer.alloc(1)], undefined, 4 * maxBody]
  ])("is refused where it %s", async (_, status, all, declared, held) => {
    const one = context()
    one.held.bytes = held
    const outcome = await take(one, all, declared)
    assert.strictEqual(outcome._tag === "Refuse" && outcome.refusal.status, status)
    assert.strictEqual(one.held.bytes, held)
  })

  it("is refused with the reason where it cannot be read", async () => {
    const outcome = await take(context(() => ({ _tag: "Refused", why: "it is nested too deep" })), [Buffer.from("[")])
    assert.include(
      outcome._tag === "Refuse" ? outcome.refusal.body : "",
      "cannot be read (it is nested too deep), so its paths"
    )
  })

  it("is no longer counted where the client is gone before its end", async () => {
    const one = context()
    const gone = async function*(): AsyncGenerator<Buffer> {
      yield Buffer.alloc(10)
      await Promise.resolve()
      throw new Error("aborted")
    }
    const ended = await RequestBody.take(one, "POST", "/x", gone(), 20).then(() => "", String)
    assert.deepStrictEqual([ended, one.held.bytes], ["Error: aborted", 0])
  })

  it("has an answer in the daemon's form where that cannot be asked", () => {
    const answer = (code: string) => RequestBody.unavailable(context(), Object.assign(new Error("no"), { code }))
    assert.strictEqual(answer("ECONNREFUSED").status, 503)
    const { message } = JSON.parse(answer("ECONNREFUSED").body) as { readonly message: string }
    assert.match(
      message,
      /cannot reach the Docker daemon at unix:\/\/\/run\/d.sock: ECONNREFUSED. Is the docker daemon/
    )
    assert.include(answer("EMFILE").body, "raise LimitNOFILE")
  })
})
