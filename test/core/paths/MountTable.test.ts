import { assert, describe, it } from "@effect/vitest"
import * as MountTable from "../../../src/core/paths/MountTable.ts"

/** As a container of docker 28.5 sees it, in the main. */
const text = [
  "611 485 0:103 / / rw,relatime - overlay overlay rw,lowerdir=/l/A:/l/B,upperdir=/var/lib/docker/overlay2/abc/diff,workdir=/w",
  "612 611 0:107 / /proc rw,nosuid - proc proc rw",
  "620 611 8:1 /data/ws1 /home/retro/my\\040work rw,relatime master:1 propagate_from:2 - ext4 /dev/sda1 rw",
  "621 620 0:110 / /home/retro/my\\040work/tmp rw - tmpfs tmpfs rw,size=64k",
  "622 611 8:1 /var/lib/docker/containers/0123/hostname /etc/hostname rw,relatime shared:9 - ext4 /dev/sda1 rw",
  ""
].join("\n")

const mount = (id: number, parent: number, point: string): MountTable.Mount => ({
  id: String(id),
  parent: String(parent),
  device: "8:1",
  root: "/",
  point,
  type: "ext4"
})

describe("MountTable", () => {
  it("parse reads what the kernel writes", () => {
    assert.deepStrictEqual(MountTable.parse(text), [
      {
        id: "611",
        parent: "485",
        device: "0:103",
        root: "/",
        point: "/",
        type: "overlay",
        upper: "/var/lib/docker/overlay2/abc/diff"
      },
      { id: "612", parent: "611", device: "0:107", root: "/", point: "/proc", type: "proc" },
      { id: "620", parent: "611", device: "8:1", root: "/data/ws1", point: "/home/retro/my work", type: "ext4" },
      { id: "621", parent: "620", device: "0:110", root: "/", point: "/home/retro/my work/tmp", type: "tmpfs" },
      {
        id: "622",
        parent: "611",
        device: "8:1",
        root: "/var/lib/docker/containers/0123/hostname",
        point: "/etc/hostname",
        type: "ext4"
      }
    ])
  })

  it("parse takes a mount without a source's name", () => {
    assert.deepStrictEqual(MountTable.parse("1 0 0:1 / / rw -  tmpfs none rw"), undefined)
    assert.strictEqual(MountTable.parse("1 0 0:1 / / rw - tmpfs  rw")?.length, 1)
  })

  it.each(["x", "1 2 3 4", `${text}nonsense`, "1 0 0:1 / / rw tmpfs none rw"])("parse knows nothing of %j", (one) => {
    assert.isUndefined(MountTable.parse(one))
  })

  it.each<[path: string, id: string, why: string]>([
    ["/", "1", "the root"],
    ["/a", "2", "a mount point"],
    ["/a/x", "2", "below it"],
    ["/ab", "1", "another name"],
    ["/a/b/c", "3", "a mount in a mount"],
    ["/h/w", "5", "a mount that covers another's mount point"],
    ["/h/w/x", "5", "and all below"],
    ["/s", "7", "the last of two in one place"]
  ])("visible finds at %j mount %s: %s", (path, id) => {
    const table = [
      mount(1, 0, "/"),
      mount(2, 1, "/a"),
      mount(3, 2, "/a/b"),
      mount(4, 1, "/h/w"),
      mount(5, 1, "/h"),
      mount(6, 1, "/s"),
      mount(7, 6, "/s")
    ]
    assert.strictEqual(MountTable.visible(table, path)?.id, id)
  })

  it("visible does not guess", () => {
    assert.isUndefined(MountTable.visible([], "/a"))
    assert.isUndefined(MountTable.visible([mount(2, 1, "/a")], "/a"))
    assert.isUndefined(MountTable.visible([mount(1, 0, "/"), mount(2, 9, "/")], "/a"))
    assert.isUndefined(MountTable.visible([mount(1, 0, "/"), mount(2, 1, "/a"), mount(3, 1, "/a")], "/a"))
  })

  it("within lists what is mounted in a mount itself", () => {
    const table = [mount(1, 1, "/"), mount(2, 1, "/a"), mount(3, 2, "/a/b")]
    assert.deepStrictEqual(table.map((one) => MountTable.within(table, one).map(({ id }) => id)), [["2"], ["3"], []])
  })
})
