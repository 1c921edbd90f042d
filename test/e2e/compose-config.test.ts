/**
 * What Compose understands of every project of the corpus, called directly and as the shim calls it: the same but for
 * translated sources, the project's name and cache entries. The real `docker compose config` says so.
 */
import { join } from "node:path"
import { afterAll, assert, beforeAll, it } from "vitest"
import * as Case from "../compose-corpus/Case.ts"
import * as Model from "../compose-corpus/Model.ts"
import * as PlannedRun from "../compose-corpus/PlannedRun.ts"
import * as Client from "../real-docker/Client.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import * as Session from "../real-docker/Session.ts"
import * as SessionDirectory from "../real-docker/SessionDirectory.ts"
import { shimDirectory } from "../shell/program.ts"

const setting: Model.Setting = {
  userPath: "/home/retro/work",
  daemonPath: "/data/workspaces/ses1",
  daemonSocket: undefined,
  session: "helix-task-12",
  cache: "/buildkit-cache"
}

describeReal.each(["28.5", "26.1"] as const)("compose of docker %s", (suite) => {
  const shim = shimDirectory("docker", "docker-compose", "docker-shim")
  let session: Session.Session
  let cache: SessionDirectory.SessionDirectory
  beforeAll(async () => {
    cache = await SessionDirectory.create([])
    session = await Session.start({
      suite,
      workspace: { id: "ses1" },
      mounts: [{ source: cache.below("cache"), target: setting.cache, seenBy: "client" }],
      env: { WORKSPACE_DIR: setting.daemonPath, HELIX_TASK_NUMBER: "12" }
    })
    for (const one of Case.all) Case.place(one, session.workspace?.files ?? "")
  })
  afterAll(async () => {
    await session.stop()
    await cache.remove()
    shim.remove()
  })

  const options = (one: Case.Case): Client.RunOptions => {
    const stdin = Case.stdinOf(one)
    return {
      cwd: join(setting.userPath, one.name, one.cwd ?? ""),
      env: one.env ?? {},
      ...(stdin === undefined ? {} : { stdin })
    }
  }
  const shown = ["config", "--format", "json"]
  const compose = (docker: string, one: Case.Case, command: ReadonlyArray<string>) =>
    session.run(docker, ["compose", ...one.args ?? [], ...command, ...one.services ?? []], options(one))
  const planned = async (one: Case.Case, command: ReadonlyArray<string>): Promise<Model.Fields> => {
    const services = one.services ?? []
    const run = await PlannedRun.plan(
      session,
      join(shim.directory, "docker-shim"),
      isStandalone(one) ? ["docker-compose"] : ["docker", "compose"],
      one.args ?? [],
      [...command, ...services],
      [...shown, ...services],
      options(one)
    )
    const outcome = await session.run(run.file, run.args, { ...options(one), env: { ...one.env, ...run.env } })
    return Model.parse(Client.stdoutOf(outcome))
  }
  const settingOf = (one: Case.Case): Model.Setting => ({
    ...setting,
    daemonSocket: one.env?.["DOCKER_SHIM_DAEMON_SOCKET"],
    session: one.named === true ? undefined : setting.session
  })
  const cases = Case.all.filter(Case.isFor(suite))

  it.concurrent.each(cases.filter(({ refused }) => refused !== true).map((one) => [one.name, one] as const))(
    "understands %s",
    async (_, one) => {
      const direct = Model.parse(Client.stdoutOf(await compose("docker", one, shown)))

      const { keys, model } = Model.withoutCache(await planned(one, ["up", "-d"]))
      const wanted = Model.withValues(Model.translate(direct, settingOf(one)), one.expects ?? {})
      assert.deepStrictEqual(model, wanted, one.shows)
      assertKeys(keys, one)

      // what only reads finds the same project and changes nothing else
      const name = { ...settingOf(one), userPath: "/none", daemonSocket: undefined }
      const named = Object.entries(one.expects ?? {}).filter(([, value]) => String(value).startsWith("helix-task-12"))
      const read = Model.withValues(Model.translate(direct, name), Object.fromEntries(named))
      assert.deepStrictEqual(await planned(one, ["ps"]), read, `ps: ${one.shows}`)
    }
  )

  it.concurrent.each(cases.filter(({ refused }) => refused === true).map((one) => [one.name, one] as const))(
    "refuses %s",
    async (_, one) => {
      for (const command of [["up", "-d"], ["ps"]]) {
        const direct = await compose("docker", one, command)
        const shimmed = await compose(join(shim.directory, "docker"), one, command)
        assert.deepStrictEqual(withoutTimes(shimmed), withoutTimes(direct), `${command.join(" ")}: ${one.shows}`)
        if (command[0] === "up") assert.notStrictEqual(direct.code, 0)
      }
    }
  )
})

/** Every third project is called for by the stand-alone name. */
const isStandalone = (one: Case.Case): boolean => Case.all.indexOf(one) % 3 === 0

/** Each build that gets a cache entry writes one of its own, and reads no other. */
const assertKeys = (keys: ReturnType<typeof Model.withoutCache>["keys"], { builds = [] }: Case.Case): void => {
  assert.deepStrictEqual(Object.keys(keys).sort(), [...builds].sort(), "the services with a cache entry")
  const written = Object.values(keys).flatMap(({ to }) => to)
  assert.lengthOf(written, builds.length)
  assert.strictEqual(new Set(written).size, builds.length, `entries of their own: ${written.join(" ")}`)
  for (const { from, to } of Object.values(keys)) assert.includeMembers([...to], [...from])
}

const withoutTimes = (outcome: Client.Outcome): Client.Outcome => ({
  ...outcome,
  stderr: outcome.stderr.replaceAll(/time="[^"]*"/g, "time=…")
})
