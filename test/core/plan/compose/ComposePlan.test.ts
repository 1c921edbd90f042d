import { assert, describe, it } from "@effect/vitest"
import type { Flag } from "../../../../src/core/argv/grammar/Grammar.ts"
import type { ComposeFiles } from "../../../../src/core/compose/ComposeFiles.ts"
import type { Env } from "../../../../src/core/Invocation.ts"
import * as PlannedMark from "../../../../src/core/plan/PlannedMark.ts"
import { args, overridesOf, plan, type Table } from "../table.ts"
import { bind, files, model, placeholder, web, workspace } from "./project.ts"

describe("the override", () => {
  const table = web({ volumes: [bind("/home/retro/work/a")] })
  const compose = (words: string, more: Table = {}) => {
    const { args: words_, env } = plan(words, { ...table, ...more }).plan
    return { args: words_.join(" "), env }
  }

  it("says of a mount above the mapping only if something is mounted", () => {
    const above = web({ build: { context: "/home/retro/work" }, volumes: [bind("/home/retro")] })
    const said = (words: string) => {
      const { leftAlone, notices } = plan(words, above).plan
      assert.include(leftAlone.map(({ what }) => what), "services.web.volumes")
      return notices.map(({ text }) => text.split(":")[0])
    }
    assert.deepStrictEqual(said("compose up"), ["services.web.volumes"])
    assert.deepStrictEqual(said("compose build"), [])
    assert.deepStrictEqual(said("compose up other"), [])
    assert.deepStrictEqual(said("compose run web"), ["services.web.volumes"])
    const named = web({}, { services: { web: {}, "web.api": { volumes: [bind("/home/retro")] } } })
    assert.deepStrictEqual(plan("compose up web", named).plan.notices, [])
    assert.lengthOf(plan("compose up web.api", named).plan.notices, 1)
    const profiled = web({ profiles: ["of-an-env-file"], volumes: [bind("/home/retro")] })
    assert.lengthOf(plan("compose up", profiled).plan.notices, 1)
  })

  it("comes after the files that Compose found", () => {
    const found = files({ files: ["/p/compose.yaml", "/p/compose.override.yaml"] })
    assert.deepStrictEqual(compose("-D compose --profile x up -d", { files: found }), {
      args: "-D compose --profile x up -d",
      env: { COMPOSE_FILE: `/p/compose.yaml:/p/compose.override.yaml:${placeholder}` }
    })
  })

  it.each([
    ["compose -f - up", {}, "compose -f - --project-directory=. --file=@ up"],
    ["compose up", { COMPOSE_FILE: "-" }, "compose --project-directory=. up"],
    ["compose --project-directory sub -f - up", {}, "compose --project-directory sub -f - --file=@ up"],
    ["compose -f - -f a.yaml up", {}, "compose -f - -f a.yaml --file=@ up"]
  ])("does not move the project's directory for %s with %j", (words, env, wanted) => {
    const table = web({ volumes: [bind("/home/retro/work/a")] })
    const planned = args(words, { ...table, env: { ...workspace, ...env }, files: files({ files: ["-"] }) })
    assert.strictEqual(planned.join(" ").replace(placeholder, "@"), wanted)
  })

  it("comes after the user's -f", () => {
    assert.deepStrictEqual(compose("-c c compose -fa.yaml -p x -f - up web"), {
      args: `-c c compose -fa.yaml -p x -f - --file=${placeholder} up web`,
      env: {}
    })
  })

  it.each([
    [{ COMPOSE_FILE: "a.yaml:b.yaml" }, { COMPOSE_FILE: `a.yaml:b.yaml:${placeholder}` }],
    [
      { COMPOSE_FILE: "a:1.yaml;b.yaml", COMPOSE_PATH_SEPARATOR: ";" },
      { COMPOSE_FILE: `a:1.yaml;b.yaml;${placeholder}` }
    ],
    [
      { COMPOSE_FILE: "a-b", COMPOSE_PATH_SEPARATOR: "-" },
      { COMPOSE_FILE: `a:b:${placeholder}`, COMPOSE_PATH_SEPARATOR: ":" }
    ]
  ])("comes after %j", (env, expected) => {
    assert.deepStrictEqual(compose("compose up", { env: { ...workspace, ...env } }).env, expected)
  })

  it("separates paths with a colon in them otherwise", () => {
    assert.deepStrictEqual(compose("compose up", { files: files({ files: ["/a:b/compose.yaml"] }) }).env, {
      COMPOSE_FILE: `/a:b/compose.yaml;${placeholder}`,
      COMPOSE_PATH_SEPARATOR: ";"
    })
  })

  describe("of a project whose files an environment file may name", () => {
    const setting = (name: string, value: string | undefined) => ({ file: "/p/.env", name, value })
    const ofWork = (value: string) => ({ file: "/home/retro/work/.env", name: "COMPOSE_FILE", value })
    const discovered = "/home/retro/work/compose.yaml"

    /** A Compose that gives the project's model for one list of files, and for the user's own words. */
    const judge = (list: string, separator: string): Table["model"] => ({ env }) =>
      env["COMPOSE_FILE"] === undefined || (env["COMPOSE_FILE"] === list && env["COMPOSE_PATH_SEPARATOR"] === separator)
        ? model({ web: { volumes: [bind("/home/retro/work/a")] } })
        : model({ other: {} })

    /** With a Compose of which it is not certain which environment files it takes. */
    const planned = (settings: ComposeFiles["settings"], judged: Table["model"], env: Env = {}) =>
      plan("compose up", {
        ...table,
        env: { ...workspace, ...env },
        files: files({ settings }),
        minor: 26,
        ...(judged === undefined ? {} : { model: judged })
      })

    it.each<[string, ComposeFiles["settings"], string, string, Env]>([
      ["the file's", [setting("COMPOSE_FILE", "a.yaml:b.yaml")], "a.yaml:b.yaml", ":", {}],
      ["those that are found", [setting("COMPOSE_FILE", "a.yaml:b.yaml")], discovered, ":", {}],
      ["those that are found, of a computed value", [setting("COMPOSE_FILE", undefined)], discovered, ":", {}],
      [
        "the file's, by its own separator",
        [setting("COMPOSE_PATH_SEPARATOR", "-"), setting("COMPOSE_FILE", "a.yaml-b.yaml")],
        "a.yaml:b.yaml",
        ":",
        {}
      ],
      [
        "the file's, not by its separator",
        [setting("COMPOSE_PATH_SEPARATOR", "-"), setting("COMPOSE_FILE", "a-1.yaml:b.yaml")],
        "a-1.yaml:b.yaml",
        ":",
        {}
      ],
      [
        "the variable's, by the file's separator",
        [setting("COMPOSE_PATH_SEPARATOR", "-")],
        "a.yaml:b.yaml",
        ":",
        { COMPOSE_FILE: "a.yaml-b.yaml" }
      ],
      [
        "the variable's, of which the file's separator is a part",
        [setting("COMPOSE_PATH_SEPARATOR", "-")],
        "a-1.yaml",
        ":",
        { COMPOSE_FILE: "a-1.yaml" }
      ]
    ])("comes after %s, where that gives the same model", (_, settings, list, separator, env) => {
      const { args: words, env: given } = planned(settings, judge(list, separator), env).plan
      assert.deepStrictEqual(words, ["compose", "up"])
      assert.deepStrictEqual(given, {
        COMPOSE_FILE: `${list}${separator}${placeholder}`,
        COMPOSE_PATH_SEPARATOR: separator
      })
    })

    it("comes after the variable's by the variable's own separator, without a question", () => {
      const settings = [setting("COMPOSE_PATH_SEPARATOR", ";"), setting("COMPOSE_FILE", "c.yaml")]
      const { plan: { env }, questions } = planned(settings, table.model, {
        COMPOSE_FILE: "a|b",
        COMPOSE_PATH_SEPARATOR: "|"
      })
      assert.strictEqual(env["COMPOSE_FILE"], `a|b|${placeholder}`)
      assert.lengthOf(questions.filter(({ _tag }) => _tag === "ComposeModel"), 1)
    })

    it.each([
      ["a.yaml", ":", {}],
      ["a.yaml:deploy/b.yaml", ":", {}],
      ["a:1.yaml;b.yaml", ";", { COMPOSE_PATH_SEPARATOR: ";" }]
    ])("comes after %s of the project's own .env, and Compose is asked once", (list, separator, env: Env) => {
      const settings = [{ file: "/home/retro/work/.env", name: "COMPOSE_FILE", value: list }]
      const { plan: { env: given }, questions } = planned(settings, undefined, env)
      assert.deepStrictEqual(given, { COMPOSE_FILE: `${list}${separator}${placeholder}` })
      assert.lengthOf(questions.filter(({ _tag }) => _tag === "ComposeModel"), 1)
    })

    it.each<[string, string, ComposeFiles["settings"], Partial<ComposeFiles>, number, number]>([
      ["--env-file", "compose --env-file settings/x.env up", [setting("COMPOSE_FILE", "deploy/a.yaml")], {}, 26, 1],
      [
        "--project-directory",
        "compose --project-directory /p up",
        [setting("COMPOSE_FILE", "deploy/a.yaml")],
        {},
        26,
        1
      ],
      ["the working directory's .env", "compose up", [ofWork("deploy/a.yaml")], {}, 40, 1],
      ["the working directory's .env", "compose up", [ofWork("deploy/a.yaml")], { files: [] }, 40, 1],
      ["an older Compose's .env", "compose up", [ofWork("deploy/a.yaml")], {}, 39, 2]
    ])("comes after the files of %s; Compose is asked for the project as often as needed", (...row) => {
      const [, words, settings, more, minor, times] = row
      const found = files({ settings, ...more })
      const { plan: { env }, questions } = plan(words, { ...table, env: workspace, files: found, minor })
      assert.strictEqual(env["COMPOSE_FILE"], `deploy/a.yaml:${placeholder}`)
      assert.lengthOf(questions.filter(({ _tag }) => _tag === "ComposeModel"), times)
    })

    it("comes after the usual files, whatever an .env above the working directory names", () => {
      const found = files({
        settings: [setting("COMPOSE_FILE", "deploy/a.yaml")],
        files: ["/p/compose.yaml"],
        directory: "/p"
      })
      const { plan: { env }, questions } = plan("compose up", { ...table, env: workspace, files: found })
      assert.strictEqual(env["COMPOSE_FILE"], `/p/compose.yaml:${placeholder}`)
      assert.lengthOf(questions.filter(({ _tag }) => _tag === "ComposeModel"), 1)
    })

    it("has the same keys in any directory, and the directory is in them", () => {
      const image = { image: undefined, build: { context: "." } }
      const from = (cwd: string) =>
        plan("compose build", {
          env: workspace,
          cwd,
          files: files({
            files: [],
            directory: cwd,
            settings: [{ file: `${cwd}/.env`, name: "COMPOSE_FILE", value: "a.yaml:b.yaml" }]
          }),
          model: model({ web: image })
        }).plan.changes.find(({ what }) => what === "services.web.build.cache_to")?.to ?? ""
      assert.include(from("/home/retro/work/one"), "/one#web")
      assert.include(from("/home/retro/work/two"), "/two#web")
    })

    it("is left out with a line where none gives the same model, each asked for with all profiles", () => {
      const nobody = judge("nobody's", ":")
      const { plan: { files: made, notices, env }, questions } = planned([setting("COMPOSE_FILE", "a.yaml")], nobody)
      assert.deepStrictEqual([made, env], [[], {}])
      assert.lengthOf(notices.filter(({ text }) => text.startsWith("only the project's name changed")), 1)
      assert.deepStrictEqual(
        questions.flatMap((one) => one._tag === "ComposeModel" ? [[one.profiles, one.env["COMPOSE_FILE"]]] : []),
        [["all", undefined], ["all", "a.yaml"], ["all", discovered]]
      )
    })

    it("is left out where Compose refuses each list", () => {
      const refusing: Table["model"] = ({ env }) =>
        env["COMPOSE_FILE"] === undefined
          ? model({ web: { volumes: [bind("/home/retro/work/a")] } })
          : { _tag: "Refused", input: [] }
      assert.deepStrictEqual(planned([setting("COMPOSE_FILE", "a.yaml")], refusing).plan.files, [])
    })

    it("says in the key of a build which directory it is in, also where only Compose tells the files", () => {
      const { changes } = plan("compose build", {
        env: workspace,
        files: files({ settings: [ofWork("deploy/a.yaml")] }),
        model: model({ web: { build: { context: "." } } }),
        minor: 26
      }).plan
      assert.include(changes.find(({ what }) => what.endsWith("cache_to"))?.to ?? "", "/deploy#web")
    })
  })

  it("says of a project that Compose refuses when asked that it is left alone for that", () => {
    const { args: words, leftAlone } = plan("compose up", {
      ...table,
      env: workspace,
      model: { _tag: "Refused", input: [], why: "no" }
    }).plan
    assert.deepStrictEqual(words, ["compose", "up"])
    assert.deepStrictEqual(leftAlone, [{ what: "project", value: "", why: "Compose cannot print the project: no" }])
  })

  it("goes to a stand-alone docker-compose behind all its flags", () => {
    assert.deepStrictEqual(
      args("--host unix:///x -f a.yaml up -d", {
        ...table,
        env: { ...table.env, DOCKER_HOST: "unix:///x" },
        argv0: "/usr/bin/docker-compose"
      }).join(" "),
      `--host unix:///x -f a.yaml --file=${placeholder} up -d`
    )
  })

  describe("through docker's plugin", () => {
    const env = { ...workspace, DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND: "docker" }
    const words = "-D compose -f a.yaml up".split(" ")

    it("is added where docker was not called through the shim", () => {
      assert.strictEqual(
        args(words, { ...table, argv0: "docker-compose", env }).join(" "),
        `-D compose -f a.yaml --file=${placeholder} up`
      )
    })

    it("is not added again where it was, and the mark ends there", () => {
      const marked = { ...env, [PlannedMark.variable]: PlannedMark.forWords(words) }
      const planned = plan(words, { ...table, argv0: "docker-compose", env: marked })
      assert.deepStrictEqual([planned.plan.args, planned.questions], [words, []])
      assert.deepStrictEqual(planned.plan.env, { [PlannedMark.variable]: null })
    })

    it("is added to a call below with other words", () => {
      const marked = { ...env, [PlannedMark.variable]: PlannedMark.forWords(["compose", "up"]) }
      assert.lengthOf(plan(words, { ...table, argv0: "docker-compose", env: marked }).plan.files, 1)
    })

    it.each(["docker-cli-plugin-metadata", "__complete compose up ", "help compose"])("leaves %j alone", (line) => {
      const planned = plan(line, { argv0: "docker-compose", env: { ...env, HELIX_TASK_NUMBER: "1" } })
      assert.deepStrictEqual([planned.plan.args, planned.questions, planned.plan.env], [line.split(" "), [], {}])
    })
  })

  it("is added where Compose has flags that only its help knows", () => {
    const flags: ReadonlyArray<Flag> = [{ name: "new", shorthand: "", arity: "value" }]
    assert.deepStrictEqual(
      compose("compose --new up -f a.yaml run --new web -v ./a:/b web", { flags }).args.split(" "),
      [
        ..."compose --new up -f a.yaml".split(" "),
        `--file=${placeholder}`,
        ..."run --new web -v /data/workspaces/ses1/a:/b web".split(" ")
      ]
    )
    assert.strictEqual(compose("compose --newer up").args, "compose --newer up")
  })
})

describe("Compose v1", () => {
  const table: Table = {
    argv0: "docker-compose",
    env: { ...workspace, HELIX_TASK_NUMBER: "12" },
    version: 1,
    files: files({ name: { _tag: "Plain", name: "other" } }),
    model: {
      _tag: "Model",
      config: {
        services: { web: { build: { context: "/p" }, volumes: ["/home/retro/work/a:/app:rw", "data:/d:rw"] } }
      },
      input: []
    }
  }

  it("gets what it can take: the directory's name and short volumes, no cache", () => {
    const planned = plan("up -d", table)
    assert.deepStrictEqual(planned.plan.env, {
      COMPOSE_PROJECT_NAME: "helix-task-12-work",
      COMPOSE_FILE: `/home/retro/work/compose.yaml:${placeholder}`
    })
    assert.deepStrictEqual(JSON.parse(overridesOf(planned.plan)[0]?.content ?? ""), {
      services: { web: { volumes: ["/data/workspaces/ses1/a:/app:rw"] } }
    })
    assert.isTrue(planned.questions.some((asked) => asked._tag === "ComposeFiles" && asked.isV1))
  })

  it("is told apart by its version, which is asked of a stand-alone docker-compose only", () => {
    assert.include(plan("ps", table).questions.map(({ _tag }) => _tag), "ComposeVersion")
    const through = plan("compose ps", { ...table, argv0: "docker" })
    assert.notInclude(through.questions.map(({ _tag }) => _tag), "ComposeVersion")
  })
})

describe("a Compose before 2.40", () => {
  const service = {
    image: "a",
    build: { context: "." },
    volumes: [bind("/home/retro/work/a")],
    lacks: ["security_opt", "build.cache_to", "build.platforms"]
  }

  it("has empty lists of the user's taken away, which it would refuse, but for those that are added to", () => {
    const table = { ...web(service, {}), minor: 26 }
    const [file] = overridesOf(plan("compose up", table).plan)
    assert.include(file?.content, "\"security_opt\": !reset null")
    assert.include(file?.content, "\"platforms\": !reset null")
    assert.notInclude(file?.content, "\"cache_to\": !reset")
    assert.notInclude(overridesOf(plan("compose up", { ...table, minor: 40 }).plan)[0]?.content, "!reset")
  })
})
