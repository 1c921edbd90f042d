import { assert, describe, it } from "@effect/vitest"
import * as ExecPlan from "../../../../src/core/ExecPlan.ts"
import { args, plan, type Table } from "../table.ts"

const to = (key: string) => `--cache-to=type=local,dest=@docker-shim/cache-export/${key}/@,mode=max,ignore-error=true`
const from = (key: string) => `--cache-from=type=local,src=@docker-shim/cache-import/${key}/@`
const sound = (key: string): Table => ({ entries: { [key]: { _tag: "Sound" } } })

describe("the cache of a build", () => {
  it.each([
    ["build -t app .", "build", "-t app ."],
    ["image build -t app .", "image build", "-t app ."],
    ["builder build -t app .", "builder build", "-t app ."],
    ["buildx build -t app .", "buildx build", "-t app ."],
    ["buildx b -t app .", "buildx b", "-t app ."],
    ["--context build build -t app .", "--context build build", "-t app ."],
    ["-D -c x buildx --builder y build -t app .", "-D -c x buildx --builder y build", "-t app ."],
    ["-H h build -t app .", "-H h build", "-t app ."],
    ["-l debug build -t app .", "-l debug build", "-t app ."],
    ["--host=build2 -Dlbuild build build -t app", "--host=build2 -Dlbuild build", "build -t app"],
    ["build . -qt app", "build", ". -qt app"],
    ["build -tapp .", "build", "-tapp ."],
    ["build --tag=localhost:5000/app:1 -t other .", "build", "--tag=localhost:5000/app:1 -t other ."]
  ])("goes into %s behind the command's words", (words, command, rest) => {
    /** The endpoint that the words name is the session's. */
    const hostOf = (line: string) => /(?:-H |--host=)(\w+)/.exec(line)?.[1]
    const misforwarded = words.startsWith("--context build")
    const key = words.includes("app:1") ? "app:1" : "app"
    assert.deepStrictEqual(
      args(words, { ...sound(key), env: { DOCKER_SHIM_DOCKER_HOST: hostOf(words) } }),
      misforwarded ? words.split(" ") : [...command.split(" "), from(key), to(key), ...rest.split(" ")]
    )
  })

  it.each([
    ["build .", "=+home+retro+work"],
    ["build ./api", "=+home+retro+work+api"],
    ["build -f docker/Dev api", "=+home+retro+work+api=+home+retro+work+docker+Dev"],
    ["build -", "=-+home+retro+work"],
    ["build https://host/r.git", "=https%3A++host+r.git"],
    ["build https://user:token@host/r.git?token=x#main", "=https%3A++host+r.git%23main"],
    ["build -f sub/Dev https://token@host/r.git", "=https%3A++host+r.git=sub+Dev"],
    ["build -f https://user:token@host/Dev?t=x .", "=+home+retro+work=https%3A++host+Dev"],
    ["build -t app:3.9 .", "app:3.9"],
    ["build -t app:latest .", "app"],
    ["build -t a/b_c .", "a+b_c"],
    ["build -t a_b/c .", "a_b+c"],
    ["build -t localhost:5000/foo .", "foo"],
    ["build -t localhost:5000/bar .", "bar"],
    ["build -t app --target dev --platform linux/arm64 .", "app@dev~linux+arm64"]
  ])("of %s has the key %s", (words, key) => {
    assert.include(args(words), to(key))
  })

  it.each(["-H tcp://other:1 build -t app .", "-H tcp://other:1 buildx build -t app ."])(
    "is not this session's for %s, a build on another daemon: one line says so",
    (words) => {
      const planned = plan(words, { ...sound("app"), env: { DOCKER_SHIM_DOCKER_HOST: "unix:///own.sock" } }).plan
      const why = "tcp://other:1 is not this session's daemon, unix:///own.sock"
      assert.deepStrictEqual(planned.args, words.split(" "))
      assert.deepStrictEqual(planned.leftAlone, [{ what: "build", value: "", why }])
      assert.deepStrictEqual(planned.notices, [{ text: `build cache not shared: ${why}; see 'docker-shim doctor'` }])
    }
  )

  it("imports nothing where there is no entry yet", () => {
    assert.deepStrictEqual(args("build -t app ."), ["build", to("app"), "-t", "app", "."])
  })

  it("imports the entry of another target where its own is not there, and holds it", () => {
    const table: Table = { entries: { "app@dev": { _tag: "Sound" } }, relatives: { app: "app@dev" } }
    const { plan: planned } = plan("build -t app .", table)
    assert.deepStrictEqual(planned.args, ["build", from("app@dev"), to("app"), "-t", "app", "."])
    assert.deepInclude(planned.before, {
      _tag: "LeaseCacheEntries",
      directory: "/buildkit-cache",
      id: "run1",
      keys: ["app@dev", "app"]
    })
    const heal = planned.after.find((action) => action._tag === "HealCacheEntries")
    assert.deepStrictEqual(heal?._tag === "HealCacheEntries" && heal.keys, ["app@dev"])
    const healed: Table = { ...table, relatives: {} }
    assert.deepStrictEqual(args("build -t app .", healed), ["build", to("app"), "-t", "app", "."])
    const own: Table = { ...table, entries: { ...table.entries, app: { _tag: "Sound" } } }
    assert.deepStrictEqual(args("build -t app .", own), ["build", from("app"), to("app"), "-t", "app", "."])
    assert.notInclude(args("build --no-cache -t app .", table), from("app@dev"))
  })

  it("is a variant where another build has the key's name, and imports that as long as it has none of its own", () => {
    const known = plan("build -t web shop").plan.after.find(({ _tag }) => _tag === "PublishCacheExport")
    const origin = known?._tag === "PublishCacheExport" ? known.expectation.origin : assert.fail("nothing published")
    const variant = `web^${origin.slice(0, 8)}`
    const others: Table = { entries: { web: { _tag: "Sound", origin: "another" } }, relatives: { web: "web" } }
    assert.deepStrictEqual(args("build -t web shop", others), ["build", from("web"), to(variant), "-t", "web", "shop"])
    const entries = { ...others.entries, [variant]: { _tag: "Sound" } } as const
    assert.deepStrictEqual(
      args("build -t web shop", { entries }),
      ["build", from(variant), to(variant), "-t", "web", "shop"]
    )
    const own: Table = { entries: { web: { _tag: "Sound", origin } } }
    assert.deepStrictEqual(args("build -t web shop", own), ["build", from("web"), to("web"), "-t", "web", "shop"])
  })

  it("is imported from a directory that is only read where that has the nearest, without a lease, and not changed", () => {
    const table: Table = {
      env: { DOCKER_SHIM_CACHE_READ_DIRS: "/trusted:/more" },
      relatives: { app: { directory: "/more", key: "app:1" } },
      unread: ["/trusted does not exist"]
    }
    const { plan: planned, questions } = plan("build -t app .", table)
    const asked = questions.find((question) => question._tag === "CacheDirectory")
    assert.deepStrictEqual(asked?._tag === "CacheDirectory" && asked.readDirectories, ["/trusted", "/more"])
    assert.deepStrictEqual(planned.args.slice(1, 3), [
      "--cache-from=type=local,src=@docker-shim/cache-import-read-2/app:1/@",
      to("app")
    ])
    assert.deepInclude(planned.before, {
      _tag: "LeaseCacheEntries",
      directory: "/buildkit-cache",
      id: "run1",
      keys: ["app"]
    })
    const opened = planned.before.find(({ _tag }) => _tag === "OpenCacheImport")
    assert.deepInclude(opened?._tag === "OpenCacheImport" && opened.import, {
      directory: "/more",
      key: "app:1",
      access: "read"
    })
    assert.deepInclude(planned.after, {
      _tag: "HealCacheEntries",
      directory: "/more",
      keys: ["app:1"],
      access: "read",
      canRunAgain: true
    })
    assert.deepStrictEqual(planned.notices, [
      { text: "build cache not read: /trusted does not exist; see 'docker-shim doctor'" }
    ])
  })

  it("is left out of a build whose context holds the cache directory, and a line says so", () => {
    const { plan: planned, questions } = plan("build -t app .", { buildFiles: () => ({ sendsCache: true }) })
    assert.deepStrictEqual(planned.args, ["build", "-t", "app", "."])
    assert.deepStrictEqual(planned.notices, [{
      text: "build cache not shared: /buildkit-cache is in the build context: add it to .dockerignore, or set "
        + "DOCKER_SHIM_CACHE_DIR to another directory; see 'docker-shim doctor'"
    }])
    assert.notInclude(questions.map(({ _tag }) => _tag), "CacheDirectory")
  })

  describe("in a registry", () => {
    const env = { DOCKER_SHIM_CACHE_BACKEND: "registry:localhost:5000/cache" }
    const form = /^--cache-(?:from=type=registry,ref=(\S+)|to=type=registry,ref=(\S+),mode=max,ignore-error=true)$/
    const refs = (words: string, table: Table = {}) =>
      Object.fromEntries(["cache-from", "cache-to"].map((flag) => [
        flag,
        args(words, { env, ...table }).filter((word) => word.startsWith(`--${flag}=`))
          .map((word) => (form.exec(word) ?? []).slice(1).join("") || word)
      ]))

    it("is named for itself, its key and its image, and the nearest of these that is there is imported", () => {
      const [entry] = plan("build -t app:1 .", { env }).plan.after.flatMap((action) =>
        action._tag === "NameRegistryEntries" ? action.entries : []
      )
      const own = entry?.reference ?? ""
      const [key = "", image = ""] = entry?.names ?? []
      assert.deepStrictEqual(refs("build -t app:1 .")["cache-to"], [own])
      for (const ref of [own, key, image]) assert.match(ref, /^localhost:5000\/cache\/app:[0-9a-f]{32}$/)
      assert.lengthOf(new Set([own, key, image]), 3)
      const from = (registered: Table["registered"]) =>
        refs("build -t app:1 .", registered === undefined ? {} : { registered })["cache-from"]
      assert.deepStrictEqual(from([]), [])
      assert.deepStrictEqual(from(["own", "key", "image"]), [own])
      assert.deepStrictEqual(from(["key", "image"]), [key])
      assert.deepStrictEqual(from(["image"]), [image])
      assert.deepStrictEqual(from("no way there"), [key])
    })

    it("is asked of docker for a build that imports, and no directory is looked at", () => {
      const asked = (words: string, more: Table = {}) =>
        plan(words, { env, ...more }).questions.filter(({ _tag }) => /RegistryEntries|CacheDirectory/.test(_tag))
      const [question, ...others] = asked("-H unix:///x build -t app .", {
        env: { ...env, DOCKER_SHIM_DOCKER_HOST: "unix:///x" }
      })
      assert.deepStrictEqual(others, [])
      assert.deepInclude(question, { _tag: "RegistryEntries", globals: ["-H", "unix:///x"] })
      assert.deepStrictEqual(asked("build --no-cache -t app ."), [])
      const mounts = "FROM a\nRUN --mount=type=cache,target=/c fill /c\nRUN --mount=type=cache,target=/c read /c\n"
      assert.deepStrictEqual(asked("build -t app .", { dockerfiles: { "/home/retro/work/Dockerfile": mounts } }), [])
    })

    it("exports nothing if it is only read", () => {
      const readOnly: Table = { env: { ...env, DOCKER_SHIM_CACHE: "read-only" }, registered: ["own"] }
      assert.deepStrictEqual(refs("build -t app .", readOnly)["cache-to"], [])
      assert.lengthOf(refs("build -t app .", readOnly)["cache-from"] ?? [], 1)
    })

    it("that docker cannot ask is said once: after the build if it stores something, else before", () => {
      const text =
        "build cache of new tags is not shared: docker cannot tell which entries localhost:5000/cache has (no way); "
        + "see 'docker-shim doctor'"
      const storing = plan("build -t app .", { env, registered: "no way" }).plan
      assert.deepStrictEqual(storing.notices, [])
      assert.deepInclude(storing.after.at(-1), { _tag: "ConfirmRegistryExport", otherwise: text })
      const reading =
        plan("build -t app .", { env: { ...env, DOCKER_SHIM_CACHE: "read-only" }, registered: "no way" }).plan
      assert.deepStrictEqual(reading.notices, [{ text }])
    })
  })

  it.each([
    ["build -t app .", "@docker-shim/build-metadata@", ["@docker-shim/build-metadata@"]],
    ["build -t app --metadata-file out/m.json .", "/home/retro/work/out/m.json", []],
    ["build -t app --metadata-file=/m.json .", "/m.json", []]
  ])("in a registry is confirmed after %s", (words, file, placeholders) => {
    const env = { DOCKER_SHIM_CACHE_BACKEND: "registry:localhost:5000/cache" }
    const { plan: planned } = plan(words, { env })
    const place = /ref=([^,]+)/.exec(planned.args.find((word) => word.startsWith("--cache-to=")) ?? "")?.[1] ?? ""
    assert.deepStrictEqual(planned.after.at(-1), { _tag: "ConfirmRegistryExport", file, place })
    assert.deepStrictEqual(planned.files, placeholders.map((placeholder) => ({ _tag: "Report", placeholder } as const)))
    assert.deepStrictEqual(
      planned.args.filter((word) => word.startsWith("--metadata-file=@")).length,
      placeholders.length
    )
    assert.deepStrictEqual(planned.env, placeholders.length > 0 ? { BUILDX_METADATA_PROVENANCE: "disabled" } : {})
    const without = ExecPlan.withoutReports(planned)
    assert.deepStrictEqual(without.files, [])
    assert.deepStrictEqual(without.after, placeholders.length > 0 ? planned.after.slice(0, -1) : planned.after)
    assert.deepStrictEqual(
      without.args.filter((word) => !word.startsWith("--cache-to=")).slice(1),
      words.split(" ").slice(1)
    )
  })

  it("leaves the user's own choice about the provenance in such a file", () => {
    const env = { DOCKER_SHIM_CACHE_BACKEND: "registry:localhost:5000/cache", BUILDX_METADATA_PROVENANCE: "max" }
    assert.deepStrictEqual(plan("build -t app .", { env }).plan.env, {})
  })

  const byDefault = "/buildkit-cache, the default of DOCKER_SHIM_CACHE_DIR"
  it.each<[string, Readonly<Record<string, string>>, ReadonlyArray<string>]>([
    ["the default place", {}, [byDefault, byDefault]],
    [
      "a directory and a mode",
      { DOCKER_SHIM_CACHE_DIR: "/buildkit-cache", DOCKER_SHIM_CACHE_MODE: "min" },
      ["DOCKER_SHIM_CACHE_DIR", "DOCKER_SHIM_CACHE_DIR, DOCKER_SHIM_CACHE_MODE"]
    ],
    [
      "a registry",
      { DOCKER_SHIM_CACHE_BACKEND: "registry:localhost:5000/cache", DOCKER_SHIM_CACHE_DIR: "/buildkit-cache" },
      ["DOCKER_SHIM_CACHE_BACKEND", "DOCKER_SHIM_CACHE_BACKEND"]
    ]
  ])("with %s says which setting it is from", (_, env, [from, to]) => {
    const { changes } = plan("build -t app .", { ...sound("app"), env, registered: ["own"] }).plan
    assert.deepStrictEqual(changes.map(({ why }) => why), [
      `what earlier sessions built (${from ?? ""})`,
      `for later sessions, published as app (${to ?? ""})`
    ])
  })

  it("leases, prepares, publishes, heals and collects", () => {
    const directory = "/buildkit-cache"
    const view = (kind: string) => `@docker-shim/cache-${kind}/app/@`
    const exportDirectory = "/buildkit-cache/app/.incoming/run1"
    const target = { directory, key: "app", exportDirectory, view: view("export") }
    const planned = plan("build -t app .", sound("app")).plan
    const expectation = { inputs: undefined, isExpected: false, origin: "e78057e827dd8916d7a02fdfe6a45194" }
    assert.deepStrictEqual(planned.before, [
      { _tag: "LeaseCacheEntries", directory: "/buildkit-cache", id: "run1", keys: ["app"] },
      { _tag: "OpenCacheImport", import: { directory, access: "own", key: "app", view: view("import"), omitted: [] } },
      { _tag: "PrepareCacheExport", export: target }
    ])
    assert.deepStrictEqual(planned.after, [
      { _tag: "PublishCacheExport", export: target, expectation },
      { _tag: "HealCacheEntries", directory: "/buildkit-cache", keys: ["app"], access: "own", canRunAgain: true },
      { _tag: "DoubtBuilder", canRunAgain: true },
      { _tag: "CollectCache", directory: "/buildkit-cache", limits: { maxSize: 50e9, maxAge: 30 * 86_400 } }
    ])
  })

  it.each(["build -t app -", "build -f - -t app ."])("does not run %s again, whose standard input is read", (words) => {
    const { after } = plan(words, sound("app")).plan
    assert.deepStrictEqual(
      after.flatMap((action) => "canRunAgain" in action ? [[action._tag, action.canRunAgain]] : []),
      [["DoubtBuilder", false]]
    )
  })

  const fill = "RUN --mount=type=cache,target=/c cp /lock /c/lock"
  const use = "RUN --mount=type=cache,target=/c cat /c/lock"

  it("imports no step that a later one needs to have run", () => {
    const dockerfiles = { "/home/retro/work/Dockerfile": `FROM bb\nRUN a\n${fill}\n${use}` }
    const { plan: planned } = plan("build -t app .", { ...sound("app"), dockerfiles })
    const placeholder = "@docker-shim/cache-import-1/app/@"
    assert.strictEqual(planned.args[1], `--cache-from=type=local,src=${placeholder}`)
    assert.deepInclude(planned.before, {
      _tag: "OpenCacheImport",
      import: {
        directory: "/buildkit-cache",
        access: "own",
        key: "app",
        view: placeholder,
        omitted: [{ least: 2, most: 2 }]
      }
    })
    assert.deepStrictEqual(planned.notices, [])
  })

  it.each([
    ["build -t app -", {}],
    ["build -t app -f - .", {}],
    ["build -t app https://host/r.git", {}],
    ["build -t app --build-arg BUILDKIT_SYNTAX=x .", {}],
    ["build -t app .", {}],
    ["build -t app -f ../Dev .", { "/home/retro/work/Dockerfile": "FROM bb" }],
    ["build -t app --build-context a=b .", { "/home/retro/work/Dockerfile": `FROM a\n${fill}\n${use}` }]
  ])("imports nothing for %s, of which it is not known whether steps need cache mounts", (words, dockerfiles) => {
    const { plan: planned } = plan(words, { ...sound("app"), dockerfiles })
    assert.isFalse(planned.args.some((word) => word.startsWith("--cache-from")))
    assert.include(planned.args, to("app"))
    assert.deepStrictEqual(planned.notices, [{
      text: "build cache of app not imported: whether a step needs what an earlier one left in a cache mount cannot be "
        + "told; see 'docker-shim doctor'"
    }])
  })

  it("imports nothing from a registry for steps that need others to have run: an entry there is imported whole", () => {
    const dockerfiles = { "/home/retro/work/Dockerfile": `FROM bb\n${fill}\n${use}` }
    const env = { DOCKER_SHIM_CACHE_BACKEND: "registry:localhost:5000/cache" }
    const { plan: planned } = plan("build -t app .", { env, dockerfiles })
    assert.isFalse(planned.args.some((word) => word.startsWith("--cache-from")))
    assert.isTrue(planned.args.some((word) => word.startsWith("--cache-to")))
    assert.match(planned.notices[0]?.text ?? "", /a registry's cache is imported whole/)
  })

  it.each([
    "build --cache-from x -t app .",
    "build --cache-to=type=inline -t app .",
    "build --check -t app .",
    "build --call=outline -t app .",
    "build --print=outline -t app .",
    "build --help",
    "build -t .. .",
    "build -t",
    "build",
    "-c build build -t app .",
    "bake --print",
    "compose exec web build",
    "exec web build -t app .",
    "run web npm run build"
  ])("is the user's matter, or none, in %s", (words) => {
    const planned = plan(words, sound("app"))
    assert.deepStrictEqual(planned.plan.args, words.split(" "))
    assert.deepStrictEqual(planned.plan.notices, [])
    assert.deepStrictEqual(planned.plan.before, [])
  })

  it("with --no-cache is exported only", () => {
    assert.deepStrictEqual(args("build --no-cache -t app .", sound("app")), [
      "build",
      to("app"),
      "--no-cache",
      "-t",
      "app",
      "."
    ])
    assert.include(args("build --no-cache=false -t app .", sound("app")), from("app"))
  })

  it.each<[string, Table, string]>([
    [
      "build -t app .",
      { cache: { _tag: "Unusable", why: "/buildkit-cache does not exist" } },
      "/buildkit-cache does not exist"
    ],
    [
      "build -t app .",
      { env: { DOCKER_BUILDKIT: "0" } },
      "DOCKER_BUILDKIT=0 selects the legacy builder, which has no cache to share"
    ],
    ["build -t app .", { builder: { _tag: "ImportOnly", why: "classic" } }, "classic"],
    ["build -t app .", { builder: { _tag: "Legacy", why: "no buildx" } }, "no buildx"],
    ["build -t app .", { builder: { _tag: "Unknown", why: "odd" } }, "odd"],
    ["build -t app .", { config: { builderAlias: "kaniko" } }, "docker builds with its plugin kaniko"]
  ])("is left out of %s with %j, and a line says why", (words, table, why) => {
    const planned = plan(words, table).plan
    assert.deepStrictEqual(planned.args, words.split(" "))
    assert.deepStrictEqual(planned.notices, [{ text: `build cache not shared: ${why}; see 'docker-shim doctor'` }])
    assert.deepStrictEqual([planned.before, planned.after], [[], []])
  })

  it("is still imported where nothing can be written", () => {
    const planned = plan("build -t app .", { ...sound("app"), unwritable: "no room" }).plan
    assert.deepStrictEqual(planned.args, ["build", from("app"), "-t", "app", "."])
    assert.deepStrictEqual(planned.notices, [{ text: "build cache not shared: no room; see 'docker-shim doctor'" }])
  })

  it("is set aside where it is damaged", () => {
    const planned = plan("build -t app .", { entries: { app: { _tag: "Damaged", why: "index.json is empty" } } }).plan
    assert.deepStrictEqual(planned.args, ["build", to("app"), "-t", "app", "."])
    assert.deepStrictEqual(planned.before[0], {
      _tag: "SetAsideCacheEntry",
      directory: "/buildkit-cache",
      key: "app",
      why: "index.json is empty"
    })
    assert.deepStrictEqual(planned.notices, [
      { text: "build cache entry app was damaged and is set aside: index.json is empty" }
    ])
  })

  it("obeys the settings", () => {
    assert.deepStrictEqual(plan("build -t app .", { env: { DOCKER_SHIM_CACHE: "off" } }).questions, [])
    const readOnly = plan("build -t app .", { ...sound("app"), env: { DOCKER_SHIM_CACHE: "read-only" } }).plan
    assert.deepStrictEqual(readOnly.args, ["build", from("app"), "-t", "app", "."])
    assert.deepStrictEqual(readOnly.after.map((action) => action._tag), ["HealCacheEntries"])
    const own = { DOCKER_SHIM_CACHE_DIR: "/my,cache", DOCKER_SHIM_CACHE_MODE: "min" }
    assert.deepStrictEqual(args("build -t app .", { ...sound("app"), env: own }), [
      "build",
      "--cache-from=type=local,src=@docker-shim/cache-import/app/@",
      "--cache-to=type=local,dest=@docker-shim/cache-export/app/@,mode=min,ignore-error=true",
      "-t",
      "app",
      "."
    ])
  })

  it.each<[string, Table, { readonly through: "docker" | "buildx"; readonly name: string | undefined }]>([
    ["build .", {}, { through: "docker", name: "default" }],
    ["-c ctx build .", {}, { through: "docker", name: "ctx" }],
    ["-H tcp://h build .", { env: { DOCKER_SHIM_DOCKER_HOST: "tcp://h" }, config: { currentContext: "ctx" } }, {
      through: "docker",
      name: "default"
    }],
    ["build .", { config: { currentContext: "ctx" } }, { through: "docker", name: "ctx" }],
    ["build .", { config: { builderAlias: "buildx" } }, { through: "buildx", name: "default" }],
    ["build --builder b .", {}, { through: "docker", name: "b" }],
    ["builder --builder b build .", {}, { through: "docker", name: "b" }],
    ["build .", { env: { BUILDX_BUILDER: "b" } }, { through: "docker", name: "b" }],
    ["build --builder a .", { env: { BUILDX_BUILDER: "b" } }, { through: "docker", name: "a" }],
    ["builder --builder a build .", { env: { BUILDX_BUILDER: "b" } }, { through: "docker", name: "a" }],
    ["buildx build .", { env: { DOCKER_BUILDKIT: "0" } }, { through: "buildx", name: undefined }],
    ["buildx --builder b build .", {}, { through: "buildx", name: "b" }]
  ])("asks about the builder that %s uses", (words, table, expected) => {
    const asked = plan(words, table).questions.find((question) => question._tag === "Builder")
    assert.deepStrictEqual(asked?._tag === "Builder" && { through: asked.through, name: asked.name }, expected)
  })

  it.each([
    [{ HOME: "/home/u" }, "/home/u/.docker"],
    [{ HOME: "/home/u", DOCKER_CONFIG: "" }, "/home/u/.docker"],
    [{ HOME: "/home/u", DOCKER_CONFIG: "/c" }, "/c"]
  ])("reads docker's configuration with %j in %s", (env, directory) => {
    const asked = plan("build .", { env }).questions.find((question) => question._tag === "DockerConfig")
    assert.deepInclude(asked, { directory })
  })
})
