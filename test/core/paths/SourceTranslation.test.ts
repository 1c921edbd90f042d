import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as PathMapping from "../../../src/core/paths/PathMapping.ts"
import * as PosixPath from "../../../src/core/paths/PosixPath.ts"
import * as SourceTranslation from "../../../src/core/paths/SourceTranslation.ts"

const workspace = PathMapping.make("/home/retro/work", "/data/workspaces/ses1", "WORKSPACE_DIR")

/** A client's file system in which these links exist, by whole path; everything else is as written. */
const translate = (source: string, options: {
  readonly mappings?: ReadonlyArray<PathMapping.PathMapping>
  readonly links?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly daemonSocket?: string
} = {}): SourceTranslation.Translation =>
  SourceTranslation.translate(source, {
    mappings: options.mappings ?? [workspace],
    daemonSocket: options.daemonSocket,
    cwd: options.cwd ?? "/home/retro/work",
    realPath: (path) => {
      const link = Object.entries(options.links ?? {}).find(([from]) => PosixPath.isWithin(path, from))
      return { resolved: link === undefined ? path : `${link[1]}${path.slice(link[0].length)}`, exists: true }
    }
  })

const sourceOf = (translation: SourceTranslation.Translation): string | undefined =>
  translation._tag === "Translated" ? translation.source : undefined

describe("SourceTranslation", () => {
  describe("translate", () => {
    it.each([
      ["/home/retro/work", "/data/workspaces/ses1"],
      ["/home/retro/work/", "/data/workspaces/ses1"],
      ["/home/retro/work/app", "/data/workspaces/ses1/app"],
      ["/home//retro/./work/app/../web", "/data/workspaces/ses1/web"],
      ["/home/retro/work/a b,c\nd", "/data/workspaces/ses1/a b,c\nd"],
      [".", "/data/workspaces/ses1"],
      ["./src", "/data/workspaces/ses1/src"],
      [".hidden", "/data/workspaces/ses1/.hidden"],
      ["...", "/data/workspaces/ses1/..."],
      ["./", "/data/workspaces/ses1"]
    ])("maps %j", (source, expected) => {
      assert.strictEqual(sourceOf(translate(source)), expected)
    })

    it.each([
      "/home/retro/workspace2",
      "/home/retro/work/../y",
      "/home/retro",
      "/",
      "//a//b/",
      "..",
      "../x",
      "~/x",
      "data",
      "work/x",
      "",
      "/var/run/docker.sock"
    ])("leaves %j as it is", (source) => {
      assert.deepStrictEqual(translate(source), { _tag: "Unchanged" })
    })

    it("makes nothing of a relative source in a deleted directory", () => {
      assert.deepStrictEqual(translate("./x", { cwd: "" }), { _tag: "Unchanged" })
    })

    it("says which setting is why", () => {
      assert.deepStrictEqual(translate("/home/retro/work/app"), {
        _tag: "Translated",
        source: "/data/workspaces/ses1/app",
        why: "the daemon sees /home/retro/work at /data/workspaces/ses1 (WORKSPACE_DIR)"
      })
    })

    it("maps what lies under the mapping only behind its links", () => {
      const links = { "/home/retro/shortcut": "/home/retro/work/deep" }
      assert.strictEqual(sourceOf(translate("/home/retro/shortcut/x", { links })), "/data/workspaces/ses1/deep/x")
    })

    it("follows links inside the workspace", () => {
      const links = { "/home/retro/work/link": "/home/retro/work/target" }
      assert.strictEqual(sourceOf(translate("./link/x", { links })), "/data/workspaces/ses1/target/x")
    })

    it("knows a workspace that is itself a link", () => {
      const links = { "/home/retro/work": "/mnt/disk" }
      assert.strictEqual(sourceOf(translate("/home/retro/work/x", { links })), "/data/workspaces/ses1/x")
      assert.strictEqual(sourceOf(translate("/mnt/disk/x", { links })), "/data/workspaces/ses1/x")
    })

    it("gives in the daemon's form what leads to a mapping's target", () => {
      const links = { "/home/retro/direct": "/data/workspaces/ses1" }
      assert.strictEqual(sourceOf(translate("/home/retro/direct/x", { links })), "/data/workspaces/ses1/x")
      assert.deepStrictEqual(translate("/data/workspaces/ses1/x"), { _tag: "Unchanged" })
    })

    it("maps as written what leads out of the workspace", () => {
      const links = { "/home/retro/work/out": "/etc" }
      assert.strictEqual(sourceOf(translate("./out", { links })), "/data/workspaces/ses1/out")
    })

    it("takes the longest mapping", () => {
      const deep = PathMapping.make("/home/retro/work/vendor", "/data/vendor", "DOCKER_SHIM_PATH_MAP")
      const mappings = [workspace, deep]
      assert.strictEqual(sourceOf(translate("./vendor/x", { mappings })), "/data/vendor/x")
      assert.strictEqual(sourceOf(translate("./vendors/x", { mappings })), "/data/workspaces/ses1/vendors/x")
    })

    it("maps everything from the root, and to it", () => {
      assert.strictEqual(sourceOf(translate("/etc", { mappings: [PathMapping.make("/", "/host", "X")] })), "/host/etc")
      assert.strictEqual(sourceOf(translate("/host/etc", { mappings: [PathMapping.make("/host", "/", "X")] })), "/etc")
    })

    it.each(["/var/run/docker.sock", "/run/docker.sock", "/var/run//docker.sock", "/run/x/../docker.sock"])(
      "gives the session's own socket for %s",
      (source) => {
        assert.strictEqual(sourceOf(translate(source, { daemonSocket: "/run/ses1.sock" })), "/run/ses1.sock")
      }
    )

    it("gives the session's own socket for a link to Docker's", () => {
      const links = { "/home/retro/work/sock": "/run/docker.sock" }
      assert.strictEqual(sourceOf(translate("./sock", { links, daemonSocket: "/s" })), "/s")
    })

    it("asks what it needs to know, and nothing where nothing is mapped", () => {
      const blind = (mappings: ReadonlyArray<PathMapping.PathMapping>, daemonSocket?: string) =>
        SourceTranslation.translate("./x", { mappings, daemonSocket, cwd: "/w", realPath: () => undefined })
      assert.deepStrictEqual(blind([workspace]), { _tag: "Asks", paths: ["/w/x", "/home/retro/work"] })
      assert.deepStrictEqual(blind([]), { _tag: "Unchanged" })
      assert.deepStrictEqual(blind([], "/s"), { _tag: "Asks", paths: ["/w/x"] })
    })

    const segment = FastCheck.constantFrom("a", "ab", "abc", "b", "..", ".", "work")
    const path = FastCheck.array(segment, { minLength: 1, maxLength: 5 }).map((parts) => `/${parts.join("/")}`)
    const mappingsArbitrary = FastCheck.array(
      FastCheck.tuple(path, path).map(([from, target]) => PathMapping.make(from, `/target${target}`, "X")),
      { minLength: 1, maxLength: 3 }
    ).filter((mappings) =>
      mappings.every(({ to }) =>
        mappings.every(({ from }) => !PosixPath.isWithin(to, from) && !PosixPath.isWithin(from, to))
      )
    )

    it.prop("changes nothing the second time", [path, mappingsArbitrary], ([source, mappings]) => {
      const once = sourceOf(translate(source, { mappings })) ?? source
      assert.deepStrictEqual(translate(once, { mappings }), { _tag: "Unchanged" })
    })

    it.prop(
      "never touches a path beside a mapping",
      [path, FastCheck.stringMatching(/^[a-z0-9_-]+$/)],
      ([source, more]) => {
        const from = PosixPath.normalize(source)
        FastCheck.pre(from !== "/")
        const mappings = [PathMapping.make(from, "/target", "X")]
        assert.deepStrictEqual(translate(`${from}${more}`, { mappings }), { _tag: "Unchanged" })
        assert.strictEqual(sourceOf(translate(`${from}/${more}`, { mappings })), `/target/${more}`)
      }
    )
  })
})
