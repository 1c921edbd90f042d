import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as ContainerInspect from "../../../src/core/builder/ContainerInspect.ts"
import * as MountTable from "../../../src/core/paths/MountTable.ts"
import * as OwnMounts from "../../../src/core/paths/OwnMounts.ts"
import * as SourceTranslation from "../../../src/core/paths/SourceTranslation.ts"
import * as MountNamespaces from "../../arbitraries/mount-namespaces.ts"

const id = "0123456789abcdef".repeat(4)
const upper = "/var/lib/docker/overlay2/abc/diff"
const overlay: MountTable.Mount = { id: "1", parent: "0", device: "0:9", root: "/", point: "/", type: "overlay", upper }

const mount = (number: number, point: string, root: string, type = "ext4", parent = 1): MountTable.Mount => ({
  id: String(number),
  parent: String(parent),
  device: "8:1",
  root,
  point,
  type
})
const hostname = mount(9, "/etc/hostname", `/var/lib/docker/containers/${id}/hostname`)

const container = (
  mounts: ReadonlyArray<OwnMounts.ContainerMount>,
  changes: Partial<OwnMounts.Container> = {}
): OwnMounts.Container => ({ id, isRunning: true, upper, mounts, ...changes })

const at = (destination: string, source?: string): OwnMounts.ContainerMount => ({ destination, source })

const judge = (candidates: ReadonlyArray<OwnMounts.Container>, ...table: MountTable.MountTable) =>
  OwnMounts.judge(candidates, [overlay, hostname, ...table], (one) => one)

const mapped = (...mappings: ReadonlyArray<readonly [from: string, to: string, ...holes: ReadonlyArray<string>]>) => ({
  _tag: "Mapped",
  container: id,
  mappings: mappings.map(([from, to, ...holes]) => ({
    from,
    to,
    origin: "found: mounts of container 0123456789ab",
    holes
  }))
})

/** No mappings, and these places of which nothing is certain. */
const uncertain = (...doubtful: ReadonlyArray<string>) => ({ ...mapped(), doubtful })

describe("OwnMounts", () => {
  describe("containerOf", () => {
    it.each([
      [`/var/lib/docker/containers/${id}/hostname`, id],
      [`/docker/volumes/${"f".repeat(64)}/_data/containers/${id}/hostname`, id],
      [`/containers/storage/overlay-containers/${id}/userdata/hostname`, id],
      [`/var/lib/docker/containers/${id.slice(0, 12)}/hostname`, undefined],
      [`/var/lib/docker/containers/${id}/hostname//deleted`, undefined],
      ["/etc/hostname", undefined]
    ])("finds in %s %s", (root, found) => {
      assert.strictEqual(OwnMounts.containerOf([overlay, mount(9, "/etc/hostname", root)]), found)
      assert.strictEqual(OwnMounts.containerOf([overlay, mount(9, "/etc/other", root)]), undefined)
    })

    it("finds none where two are named, and none that another mount covers", () => {
      const hosts = mount(8, "/etc/hosts", `/x/${"a".repeat(64)}/hosts`)
      assert.isUndefined(OwnMounts.containerOf([overlay, hostname, hosts]))
      assert.isUndefined(OwnMounts.containerOf([overlay, hostname, mount(8, "/etc", "/")]))
    })
  })

  describe("judge", () => {
    it("maps binds and volumes, with what is mounted over them as holes", () => {
      const own = container([
        at("/w", "/data/ws"),
        at("/w/node_modules", "/var/lib/docker/volumes/n/_data"),
        at("/w/tmp")
      ])
      const verdict = judge(
        [own],
        mount(2, "/w", "/ws"),
        mount(3, "/w/node_modules", "/docker/volumes/n/_data", "ext4", 2),
        mount(4, "/w/tmp", "/", "tmpfs", 2),
        mount(5, "/w/later", "/x", "ext4", 2)
      )
      assert.deepStrictEqual<unknown>(
        verdict,
        mapped(["/w", "/data/ws", "/w/later", "/w/tmp"], ["/w/node_modules", "/var/lib/docker/volumes/n/_data"])
      )
    })

    it("follows the links of a destination", () => {
      const table = [overlay, hostname, mount(2, "/run/docker.sock", "/docker.sock", "tmpfs")]
      const own = container([at("/var/run/docker.sock", "/var/run/docker.sock")])
      assert.deepStrictEqual<unknown>(
        OwnMounts.judge([own], table, (one) => one.replace("/var/run", "/run")),
        mapped(["/run/docker.sock", "/var/run/docker.sock"])
      )
    })

    it.each<[root: string, source: string, type: string, isMapped: boolean]>([
      ["/data/ws", "/data/ws", "ext4", true],
      ["/ws", "/data/ws", "ext4", true],
      ["/", "/data/ws", "ext4", true],
      ["/@/data/ws", "/data/ws", "btrfs", true],
      ["/", "/", "ext4", true],
      ["/", "/run/x", "tmpfs", false],
      ["/x", "/run/x", "tmpfs", true],
      ["/data/other", "/data/ws", "ext4", false],
      ["/other/ws", "/data/ws", "ext4", false],
      ["/data/ws//deleted", "/data/ws", "ext4", false],
      ["/volumes/v/_data/sub", "/var/lib/docker/volumes/v/_data", "ext4", false]
    ])("a mount with the root %s is %s of the daemon's (%s): %s", (root, source, type, isMapped) => {
      const verdict = judge([container([at("/w", source)])], mount(2, "/w", root, type))
      assert.deepStrictEqual<unknown>(verdict, isMapped ? mapped(["/w", source]) : uncertain("/w"))
    })

    it("maps nothing that was mounted over, before or since", () => {
      const own = container([at("/w", "/data/ws")])
      assert.deepStrictEqual<unknown>(
        judge([own], mount(2, "/w", "/data/ws"), mount(3, "/w", "/x/data/ws", "ext4", 2)),
        uncertain("/w")
      )
      assert.deepStrictEqual(judge([own], mount(2, "/w", "/data/ws"), mount(3, "/", "/new")), {
        _tag: "Doubtful",
        why: "container 0123456789ab has a mount at /w, and this process sees none there"
      })
    })

    it("maps nothing of the container's own files", () => {
      const bound = { ...mount(2, "/w", "/data/ws"), device: overlay.device }
      assert.deepStrictEqual<unknown>(judge([container([at("/w", "/data/ws")])], bound), uncertain("/w"))
    })

    it("is in doubt about a container with other mounts, another root, or none that runs", () => {
      const doubt = (why: string) => ({ _tag: "Doubtful", why })
      assert.deepStrictEqual<unknown>(
        judge([container([at("/w", "/data/ws")])]),
        doubt("container 0123456789ab has a mount at /w, and this process sees none there")
      )
      const none = doubt("none of its containers is the one that this process is in")
      assert.deepStrictEqual<unknown>(judge([container([], { upper: "/other/diff" })]), none)
      assert.deepStrictEqual<unknown>(judge([container([], { isRunning: false })]), none)
      assert.deepStrictEqual<unknown>(judge([]), none)
    })

    it("takes an overlay's directory that docker wrote relative to its own", () => {
      const relative = { ...overlay, upper: "abc/diff" }
      assert.strictEqual(OwnMounts.judge([container([])], [relative, hostname], (one) => one)._tag, "Mapped")
    })

    describe("where containers share a network", () => {
      const other = { id: "f".repeat(64) }
      const [mine, theirs] = [at("/w", "/a/k/ws"), at("/w", "/b/k/ws")]
      const seen = mount(2, "/w", "/a/k/ws")

      it("the overlay's directory tells them apart", () => {
        const second = container([theirs], { ...other, upper: "/other/diff" })
        assert.deepStrictEqual<unknown>(judge([second, container([mine])], seen), mapped(["/w", "/a/k/ws"]))
      })

      it("is in doubt where both could be meant, and not where they have the same", () => {
        const [first, second] = [
          container([mine], { upper: undefined }),
          container([theirs], { ...other, upper: undefined })
        ]
        assert.deepStrictEqual<unknown>(judge([first, second], seen), {
          _tag: "Doubtful",
          why: "it cannot be told which of 0123456789ab, ffffffffffff this is"
        })
        assert.deepStrictEqual<unknown>(
          judge([first, { ...second, mounts: [mine] }], seen),
          mapped(["/w", "/a/k/ws"])
        )
      })

      it("one whose mounts are not all that are seen is not meant", () => {
        const [first, second] = [container([], { upper: undefined }), container([mine], { ...other, upper: undefined })]
        const verdict = judge([first, second], seen, mount(7, "/sbin/docker-init", "/usr/bin/docker-init"))
        assert.strictEqual(verdict._tag === "Mapped" ? verdict.container : verdict.why, other.id)
        assert.deepStrictEqual(judge([first, { ...second, mounts: [] }], seen), {
          _tag: "Doubtful",
          why: "container 0123456789ab has no mount at /w, and this process sees one there"
        })
      })
    })
  })

  /** `DOCKER_SHIM_MOUNTS` asks for more machines. */
  const numRuns = Number(process.env["DOCKER_SHIM_MOUNTS"] ?? 1_000)
  const counts = { Mapped: 0, Doubtful: 0, paths: 0, translated: 0 }

  it(`is never wrong on ${numRuns} machines`, () => {
    FastCheck.assert(
      FastCheck.property(MountNamespaces.machine, ({ containers, daemon, isChanged, own }) => {
        const table = MountTable.parse(own.seen.print())
        assert.isDefined(table)
        assert.strictEqual(OwnMounts.containerOf(table), MountNamespaces.idOf(0))
        const candidates = containers.map(({ answer }) => ContainerInspect.decode(answer))
        const known = candidates.filter((one) => one !== undefined)
        assert.strictEqual(known.length, containers.length)
        const verdict = OwnMounts.judge(known, table, (one) => one)
        counts[verdict._tag] += 1
        if (verdict._tag === "Doubtful") {
          // one that nobody changed and that shares no network is no riddle
          return assert.isTrue(isChanged || containers.length > 1, verdict.why)
        }
        for (const path of own.seen.mounts.flatMap(({ point }) => around(point))) {
          const translation = SourceTranslation.translate(
            path,
            { mappings: verdict.mappings, daemonSocket: undefined, cwd: "" },
            (resolved) => ({ resolved, exists: true })
          )
          const there = translation._tag === "Translated"
            ? translation.source
            : translation.why === "the daemon has it under this path"
            ? path
            : undefined
          counts.paths += 1
          if (there === undefined) continue
          counts.translated += 1
          assert.deepStrictEqual(daemon.place(there), own.seen.place(path), `${path} at ${there}`)
        }
      }),
      { numRuns, seed: Number(process.env["DOCKER_SHIM_SEED"] ?? 20261129) }
    )
    process.stderr.write(`${numRuns} machines: ${JSON.stringify(counts)}\n`)
    assert.isAbove(counts.Mapped, numRuns / 2)
    assert.isAbove(counts.Doubtful, numRuns / 50)
    assert.isAbove(counts.translated, counts.paths / 10)
  }, 120_000)
})

/** Paths about a mount point: that itself, above and below it. */
const around = (point: string): ReadonlyArray<string> => [
  point,
  `${point === "/" ? "" : point}/a`,
  `${point === "/" ? "" : point}/ws/b`,
  point.slice(0, point.lastIndexOf("/")) || "/"
]
