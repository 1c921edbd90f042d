/**
 * A build whose own entry is not there yet has the steps that another target of its image was made from.
 */
import { afterAll, assert, beforeAll, it } from "vitest"
import { describeReal } from "../real-docker/Requirements.ts"
import type { Session } from "../real-docker/Session.ts"
import * as Shared from "../real-docker/SharedSessions.ts"

describeReal.each(["28.5", "26.1"] as const)("targets of one image with docker %s", (suite) => {
  let shared: Shared.SharedSessions
  beforeAll(async () => {
    shared = await Shared.create()
  })
  afterAll(() => shared.stop())

  const build = async (session: Session, ...flags: ReadonlyArray<string>): Promise<string> => {
    Shared.writeContext(session.workspace?.files ?? "", "app")
    const { code, stderr } = await Shared.docker(shared, session, ["build", "-t", "app", ...flags, "app"], {
      env: { BUILDKIT_PROGRESS: "plain" }
    })
    assert.strictEqual(code, 0, stderr)
    return stderr
  }
  const stamp = async (session: Session): Promise<string> =>
    (await session.docker(["run", "--rm", "app", "cat", "/stamp"])).split("\n")[0] ?? ""

  it("share what they are made from", async () => {
    const first = await shared.start({ suite })
    const targeted = Shared.stepsOf(await build(first, "--target", "builder"))
    assert.strictEqual(targeted.cached, 0)
    const second = await shared.start({ suite })
    const { cached, steps } = Shared.stepsOf(await build(second))
    assert.isAbove(steps, targeted.steps)
    assert.isAtLeast(cached, targeted.steps)
    assert.strictEqual(await stamp(second), await stamp(first))
  })
})
