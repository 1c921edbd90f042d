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
  readonly socket?: string
  readonly doubtful?: ReadonlyArray<string>
  /** Links that lead to nothing, among the links. */
  readonly dangling?: ReadonlyArray<string>
} = {}): SourceTranslation.Translation =>
  SourceTranslation.translate(
    source,
    {
      mappings: options.mappings ?? [workspace],
      daemonSocket: options.daemonSocket,
      socket: options.socket,
      doubtful: options.doubtful,
      cwd: options.cwd ?? "/home/retro/work"
    },
    (path) => {
      const link = Object.entries(options.links ?? {}).find(([from]) => PosixPath.isWithin(path, from))
      const resolved = link === undefined ? path : `${link[1]}${path.slice(link[0].length)}`
      return link !== undefined && options.dangling?.includes(link[0]) === true
        ? { resolved, exists: false, link: path }
        : { resolved, exists: true }
    }
  )

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
      assert.strictEqual(translate(source)._tag, "Unchanged")
    })

    describe("with a mapping that was found", () => {
      const found = { ...workspace, origin: "found", holes: ["/home/retro/work/node_modules"] }
      const inside = PathMapping.make("/home/retro/work/node_modules/cache", "/volumes/cache/_data", "found")
      const mappings = [found, { ...inside, holes: [] }]

      it("maps what really lies there, also below what is mounted over it", () => {
        assert.strictEqual(sourceOf(translate("/home/retro/work/app", { mappings })), "/data/workspaces/ses1/app")
        const cache = translate("/home/retro/work/node_modules/cache/x", { mappings })
        assert.strictEqual(sourceOf(cache), "/volumes/cache/_data/x")
      })

      it("says that the daemon does not have a hole", () => {
        for (const source of ["/home/retro/work/node_modules", "/home/retro/work/node_modules/x"]) {
          assert.deepStrictEqual(translate(source, { mappings }), {
            _tag: "Unchanged",
            why: "/home/retro/work/node_modules is mounted over /home/retro/work here, and the daemon does not have it",
            warning:
              "the daemon does not have /home/retro/work/node_modules: it is mounted over /home/retro/work in this container only"
          })
        }
      })

      it("says what a directory with holes in it lacks", () => {
        assert.strictEqual(
          translate("/home/retro/work", { mappings: [found] }).warning,
          "the daemon's own /data/workspaces/ses1 is used, without this session's /home/retro/work/node_modules"
        )
        const many = { ...found, holes: ["a", "b", "c", "d", "e", "f"].map((name) => `/home/retro/work/${name}`) }
        assert.match(translate("/home/retro/work", { mappings: [many] }).warning ?? "", /work\/d and 2 more$/)
      })

      it("says where nothing is certain, and translates nothing there", () => {
        const context = { mappings: [], doubtful: ["/srv/app"] }
        for (const source of ["/srv/app", "/srv/app/x"]) {
          assert.deepStrictEqual(translate(source, context), {
            _tag: "Unchanged",
            why: "where the daemon has /srv/app is not certain",
            warning:
              "where the daemon has /srv/app is not certain, so the path stays; name the place in DOCKER_SHIM_PATH_MAP"
          })
        }
        assert.strictEqual(
          translate("/srv", context).warning,
          "the daemon's own /srv is used, without this session's /srv/app"
        )
        assert.isUndefined(translate("/srv/apple", context).warning)
        const set = { ...context, mappings: [PathMapping.make("/srv/app", "/data/app", "DOCKER_SHIM_PATH_MAP")] }
        assert.strictEqual(sourceOf(translate("/srv/app/x", set)), "/data/app/x")
      })

      it("maps no path by its text alone", () => {
        const links = { "/home/retro/work/out": "/srv/x", "/lnk": "/data/workspaces/ses1/x" }
        assert.strictEqual(translate("/home/retro/work/out", { mappings, links })._tag, "Unchanged")
        assert.strictEqual(translate("/lnk", { mappings, links })._tag, "Unchanged")
        assert.strictEqual(sourceOf(translate("/home/retro/work/out", { links })), "/data/workspaces/ses1/out")
      })
    })

    it("makes nothing of a relative source in a deleted directory", () => {
      assert.deepStrictEqual(translate("./x", { cwd: "" }), {
        _tag: "Unchanged",
        why: "it is relative, and the working directory is gone"
      })
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
      assert.deepStrictEqual(translate("/data/workspaces/ses1/x"), {
        _tag: "Unchanged",
        why: "the daemon has it under this path"
      })
    })

    it("maps as written what leads out of the workspace", () => {
      const links = { "/home/retro/work/out": "/etc" }
      assert.strictEqual(sourceOf(translate("./out", { links })), "/data/workspaces/ses1/out")
    })

    const warningOf = (translation: SourceTranslation.Translation): string | undefined => translation.warning

    it("does not follow a link that leads to nothing, for the daemon to refuse it", () => {
      const links = { "/home/retro/work/latest": "/home/retro/work/gone" }
      const dangling = Object.keys(links)
      const translated = translate("./latest/x", { links, dangling })
      assert.strictEqual(sourceOf(translated), "/data/workspaces/ses1/latest/x")
      assert.strictEqual(
        warningOf(translated),
        "/home/retro/work/latest/x is a link to /home/retro/work/gone/x, which does not exist"
      )
      const elsewhere = { links: { "/tmp/latest": "/home/retro/work/gone" }, dangling: ["/tmp/latest"] }
      assert.strictEqual(sourceOf(translate("/tmp/latest", elsewhere)), "/data/workspaces/ses1/gone")
      const daemons = { links: { "/home/retro/work/in": "/data/workspaces/ses1/a" }, dangling: ["/home/retro/work/in"] }
      assert.strictEqual(sourceOf(translate("./in", daemons)), "/data/workspaces/ses1/a")
    })

    it.each([
      ["/home/retro", "/home/retro/work; mount that path itself"],
      ["/home/", "/home/retro/work; mount that path itself"],
      ["/", "/home/retro/work; mount that path itself"]
    ])("warns of %j, in which the daemon does not have the user's files", (source, end) => {
      assert.deepStrictEqual(translate(source), {
        _tag: "Unchanged",
        why: "it lies outside every mapping",
        warning: `the daemon's own ${PosixPath.normalize(source)} is used, without this session's ${end}`
      })
    })

    it("says what to mount instead: one path, or each of several", () => {
      const mappings = [workspace, PathMapping.make("/home/retro/data", "/data/more", "X")]
      assert.strictEqual(
        warningOf(translate("/home/retro", { mappings })),
        "the daemon's own /home/retro is used, without this session's /home/retro/work and /home/retro/data; "
          + "mount those paths themselves"
      )
      assert.match(warningOf(translate("/home/retro")) ?? "", / \/home\/retro\/work; mount that path itself$/)
    })

    it("warns of what holds the session's socket", () => {
      const options = { daemonSocket: "/data/s.sock", socket: "/tmp/s/docker.sock" }
      const missing = (source: string, more = {}) =>
        /this session's (.*);/.exec(warningOf(translate(source, { ...options, ...more })) ?? "")?.[1]
      assert.strictEqual(missing("/var/run"), "/var/run/docker.sock")
      assert.strictEqual(missing("/run"), "/run/docker.sock")
      assert.strictEqual(missing("/tmp/s"), "/tmp/s/docker.sock")
      assert.strictEqual(missing("/"), "/home/retro/work and /var/run/docker.sock")
      assert.strictEqual(missing("/srv/run", { links: { "/srv/run": "/run" } }), "/run/docker.sock")
      assert.isUndefined(missing("/var/runs"))
      assert.isUndefined(missing("/run", { daemonSocket: "/run/docker.sock" }))
      assert.isUndefined(warningOf(translate("/var/run")))
    })

    it("warns of a mapping within another that the daemon has elsewhere, and not of one in its place", () => {
      const home = PathMapping.make("/home", "/data/home", "X")
      const translated = translate("/home/retro", { mappings: [home, workspace] })
      assert.strictEqual(sourceOf(translated), "/data/home/retro")
      assert.match(warningOf(translated) ?? "", /own \/data\/home\/retro is used, .* \/home\/retro\/work;/)
      const inPlace = PathMapping.make("/home/retro/work", "/data/home/retro/work", "Y")
      assert.isUndefined(warningOf(translate("/home/retro", { mappings: [home, inPlace] })))
      assert.isUndefined(warningOf(translate("/srv", { mappings: [PathMapping.make("/srv/a", "/srv/a", "Z")] })))
    })

    it("gives the session's own socket for that of the endpoint, by whatever name", () => {
      const options = { daemonSocket: "/data/s.sock", socket: "/tmp//s.sock", mappings: [] }
      assert.strictEqual(sourceOf(translate("/tmp/s.sock", options)), "/data/s.sock")
      const links = { "/tmp//s.sock": "/real/s.sock", "/l": "/real/s.sock" }
      assert.strictEqual(sourceOf(translate("/l", { ...options, links })), "/data/s.sock")
      assert.strictEqual(translate("/tmp/s.sock", { socket: "/tmp/s.sock" })._tag, "Unchanged")
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
      assert.strictEqual(translate(once, { mappings })._tag, "Unchanged")
    })

    it.prop(
      "never touches a path beside a mapping",
      [path, FastCheck.stringMatching(/^[a-z0-9_-]+$/)],
      ([source, more]) => {
        const from = PosixPath.normalize(source)
        FastCheck.pre(from !== "/")
        const mappings = [PathMapping.make(from, "/target", "X")]
        assert.strictEqual(translate(`${from}${more}`, { mappings })._tag, "Unchanged")
        assert.strictEqual(sourceOf(translate(`${from}/${more}`, { mappings })), `/target/${more}`)
      }
    )
  })

  describe("begin", () => {
    it.each<[string, SourceTranslation.Context, ReadonlyArray<string>]>([
      ["./x", { mappings: [workspace], daemonSocket: undefined, cwd: "/w" }, ["/w/x", "/home/retro/work"]],
      ["./x", { mappings: [], daemonSocket: undefined, cwd: "/w" }, []],
      ["./x", { mappings: [], daemonSocket: "/s", cwd: "/w" }, ["/w/x"]],
      ["./x", { mappings: [], daemonSocket: "/s", socket: "/t", cwd: "/w" }, ["/w/x", "/t"]],
      ["./x", { mappings: [workspace], daemonSocket: undefined, cwd: "/w", elsewhere: "another daemon" }, []],
      ["data", { mappings: [workspace], daemonSocket: undefined, cwd: "/w" }, []],
      ["/run/docker.sock", { mappings: [workspace], daemonSocket: "/s", cwd: "/w" }, []]
    ])("of %j in %j looks at %j", (source, context, paths) => {
      const begun = SourceTranslation.begin(context)(source)
      const looksAt = begun._tag === "Linked" ? [begun.written, ...SourceTranslation.landmarks(context)] : []
      assert.deepStrictEqual(looksAt, paths)
      SourceTranslation.translate(source, context, (path) => {
        assert.include(paths, path)
        return { resolved: path, exists: true }
      })
    })
  })
})
