/**
 * A session that builds what another built pays for its result alone, and loses nothing of the cache by it: judged by what
 * BuildKit of that session has, and by what a third session finds.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as CacheLayout from "../../src/core/cache/CacheLayout.ts"
import * as CacheInspection from "../../src/shell/cache/CacheInspection.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import type { Session } from "../real-docker/Session.ts"
import * as Shared from "../real-docker/SharedSessions.ts"

/** The stage that the result is not made of, only of a file of it. */
const aside = 8 * 1024 * 1024

describeReal.each(["28.5", "26.1"] as const)("the export of a cached build with docker %s", (suite) => {
  let shared: Shared.SharedSessions
  beforeAll(async () => {
    shared = await Shared.create()
  })
  afterAll(() => shared.stop())

  const write = (session: Session, files: { readonly tools?: string; readonly source?: string } = {}): void => {
    const directory = path.join(session.workspace?.files ?? "", "app")
    fs.mkdirSync(directory, { recursive: true })
    fs.writeFileSync(path.join(directory, "tools"), files.tools ?? "tools\n")
    fs.writeFileSync(path.join(directory, "source"), files.source ?? "source\n")
    fs.writeFileSync(
      path.join(directory, "Dockerfile"),
      `FROM bb AS tools
COPY tools /tools
RUN head -c ${aside} /dev/urandom > /aside
FROM tools AS builder
COPY source /source
RUN md5sum /source /aside > /built
FROM bb
COPY --from=builder /built /built
RUN head -c 16 /dev/urandom | md5sum > /stamp
`
    )
  }
  const build = async (session: Session): Promise<{ readonly steps: number; readonly cached: number }> => {
    const { code, stderr } = await Shared.docker(shared, session, ["build", "-t", "app", "app"], {
      env: { BUILDKIT_PROGRESS: "plain" }
    })
    assert.strictEqual(code, 0, stderr)
    return Shared.stepsOf(stderr)
  }
  const stamp = (session: Session): Promise<string> => session.docker(["run", "--rm", "app", "cat", "/stamp", "/built"])
  /** Gives `bb` another content, the same in every session. */
  const replaceBase = async (session: Session): Promise<void> => {
    const archive = path.join(path.dirname(shared.cache), "base.tar")
    if (!fs.existsSync(archive)) {
      const context = path.join(session.directory, "base")
      fs.mkdirSync(context)
      fs.writeFileSync(path.join(context, "Dockerfile"), "FROM bb\nCOPY Dockerfile /another\n")
      await session.docker(["build", "-q", "--provenance=false", "-t", "bb", context])
      await session.docker(["save", "-o", archive, "bb"])
    }
    await session.docker(["rmi", "-f", "bb"])
    await session.docker(["load", "-q", "-i", archive])
  }
  /** What BuildKit of a session holds. */
  const held = async (session: Session): Promise<number> => {
    const usage = await session.docker(["buildx", "du", "--verbose"])
    const units: Readonly<Record<string, number>> = { k: 1e3, M: 1e6, G: 1e9 }
    return [...usage.matchAll(/^Size:\s+([\d.]+)(k|M|G)?i?B$/gm)]
      .reduce((sum, [, size, unit = ""]) => sum + Number(size) * (units[unit] ?? 1), 0)
  }
  const index = () => fs.readFileSync(CacheLayout.index(shared.cache, "app"), "utf8")
  const isRemembered = (): boolean => {
    const entry = CacheInspection.entry(shared.cache, "app")
    return entry._tag === "Sound" && entry.inputs !== undefined
  }

  describe("of a session that builds the same", () => {
    it("fetches no layer that the result is not made of, and leaves the entry as it is", async () => {
      const first = await shared.start({ suite })
      write(first)
      assert.deepStrictEqual(await build(first), { steps: 6, cached: 0 })
      assert.isTrue(isRemembered())
      const entry = index()

      const second = await shared.start({ suite })
      write(second)
      assert.deepStrictEqual(await build(second), { steps: 6, cached: 6 })
      assert.isBelow(await held(second), aside)
      assert.strictEqual(await stamp(second), await stamp(first))
      assert.strictEqual(index(), entry)
      assert.isTrue(isRemembered())
      await Promise.all([first.stop(), second.stop()])
    })

    it("leaves the third session all layers of other stages", async () => {
      const third = await shared.start({ suite })
      write(third, { source: "another source\n" })
      // COPY source, md5sum, COPY --from and what follows run; the tools do not
      assert.deepStrictEqual(await build(third), { steps: 6, cached: 2 })
      assert.isAbove(await held(third), aside)
      await third.stop()
    })
  })

  describe("of a build that was wrongly expected to be cached", () => {
    it("does not replace the entry, and the next build exports all", async () => {
      const fourth = await shared.start({ suite })
      write(fourth, { source: "another source\n" })
      assert.isTrue(isRemembered())
      const entry = index()
      await replaceBase(fourth)
      const wrong = await build(fourth)
      assert.strictEqual(wrong.cached, 0)
      assert.strictEqual(index(), entry)
      assert.isFalse(isRemembered())

      assert.deepStrictEqual(await build(fourth), { steps: 6, cached: 6 })
      assert.notStrictEqual(index(), entry)
      assert.isTrue(isRemembered())

      const fifth = await shared.start({ suite })
      await replaceBase(fifth)
      write(fifth, { source: "a third source\n" })
      assert.deepStrictEqual(await build(fifth), { steps: 6, cached: 2 })
      await Promise.all([fourth.stop(), fifth.stop()])
    })
  })
})
