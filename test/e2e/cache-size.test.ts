/**
 * Sessions that build the same images into one cache, beside the practice of a cache for each: bytes on disk.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, it } from "vitest"
import { describeReal } from "../real-docker/Requirements.ts"
import type { Session } from "../real-docker/Session.ts"
import * as Shared from "../real-docker/SharedSessions.ts"

/** Sessions with one cache, and sessions with a cache of their own; `npm run test:full cache-size` asks for 10 and 9. */
const count = Number(process.env["DOCKER_SHIM_SESSIONS"] ?? 3)
const isolatedCount = Number(process.env["DOCKER_SHIM_ISOLATED_SESSIONS"] ?? 1)

const images = ["shop", "web", "api", "jobs", "docs"]

/** What all images begin with: 4 MB that do not compress. */
const baseSize = 4_000_000

/** The base layer is common to all images, and what follows is an image's own: a layer of 1 MB, and its source. */
const dockerfile = (image: string): string =>
  `FROM bb
RUN head -c ${baseSize} /dev/urandom > /base
COPY source.txt /source.txt
RUN echo ${image} && head -c 1000000 /dev/urandom > /built
`

describeReal("the size of the cache", () => {
  let shared: Shared.SharedSessions
  beforeAll(async () => {
    shared = await Shared.create()
  })
  afterAll(() => shared.stop())

  const buildAll = async (session: Session): Promise<void> => {
    for (const image of images) {
      const context = path.join(session.workspace?.files ?? "", image)
      fs.mkdirSync(context, { recursive: true })
      fs.writeFileSync(path.join(context, "Dockerfile"), dockerfile(image))
      fs.writeFileSync(path.join(context, "source.txt"), `source of ${image}\n`)
      const { code, stderr } = await Shared.docker(shared, session, ["build", "-t", image, image])
      assert.strictEqual(code, 0, stderr)
    }
  }

  it(`grows by 5% at most while ${count} sessions build the same ${images.length} images`, async () => {
    const sizes: Array<number> = []
    for (let at = 0; at < count; at += 1) {
      await buildAll(await shared.start())
      sizes.push(sizeOf(shared.cache))
    }
    const [first = 0] = sizes
    // the first session was alone too
    const isolated = [first]
    for (let at = 0; at < isolatedCount; at += 1) {
      const own = path.join(shared.cache, `../own${at}`)
      fs.mkdirSync(own)
      await buildAll(await shared.start({ mounts: [{ source: own, target: Shared.cacheTarget, seenBy: "client" }] }))
      isolated.push((isolated.at(-1) ?? 0) + sizeOf(own))
    }
    console.log(`bytes after each session, one cache: ${sizes.join(" ")}; a cache each: ${isolated.join(" ")}`)
    assert.isAtMost(Math.max(...sizes), first * 1.05)
    assert.isAtLeast(isolated.at(-1) ?? 0, first * (isolatedCount + 1) * 0.95)

    const large = blobsOf(shared.cache).filter((size) => size >= baseSize)
    assert.strictEqual(large.length, 1, "the base layer is stored once")
    assert.isAtLeast(first, baseSize + images.length * 1_000_000)
  }, 3_600_000)
})

const blobsOf = (cache: string): ReadonlyArray<number> => {
  const store = path.join(cache, ".blobs/sha256")
  return fs.readdirSync(store).map((name) => fs.statSync(path.join(store, name)).size)
}

/** What a directory takes on the disk, in bytes; links are not followed, and a file with two names counts once. */
const sizeOf = (directory: string): number => {
  const inodes = new Map<number, number>()
  for (const name of ["", ...fs.readdirSync(directory, { recursive: true, encoding: "utf8" })]) {
    const { blocks, ino } = fs.lstatSync(path.join(directory, name))
    inodes.set(ino, blocks * 512)
  }
  return [...inodes.values()].reduce((sum, size) => sum + size, 0)
}
