/**
 * Measures what the shim is for on this machine: `npm run scenario [-- --sessions 10]`. Writes the figures to
 * docs/operate/measurements.json, and from those the page docs/operate/measurements.md and its pictures.
 *
 * Sessions with real engines start the same stack of five services one after the other: with one shared cache, with one of
 * its own, with one directory under a fixed name as wrappers before had it, and inside a container of a session.
 * `--sessions 3` takes some three minutes, 10 some ten. `--print` leaves the page as it is; `--draw` measures nothing, and
 * makes page and pictures anew from the figures.
 */
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import * as Progress from "../../src/shell/cli/Progress.ts"
import type { Session } from "../../test/real-docker/Session.ts"
import * as Shared from "../../test/real-docker/SharedSessions.ts"
import * as Suite from "../../test/real-docker/Suite.ts"
import { form } from "../../test/shell/program.ts"
import * as ByHand from "./ByHand.ts"
import * as FixedNames from "./FixedNames.ts"
import * as Nested from "./Nested.ts"
import * as Plots from "./Plots.ts"
import * as Project from "./Project.ts"
import * as Report from "./Report.ts"
import * as Start from "./Start.ts"

const operate = fileURLToPath(new URL("../../docs/operate/", import.meta.url))
const figures = path.join(operate, "measurements.json")

/** Writes the page and its pictures. */
const draw = (scenario: Report.Scenario): void => {
  fs.writeFileSync(path.join(operate, "measurements.md"), Report.print(scenario))
  fs.writeFileSync(path.join(operate, "builds.svg"), Plots.builds(scenario))
  fs.writeFileSync(path.join(operate, "disk.svg"), Plots.disk(scenario))
}

const { values } = parseArgs({
  options: {
    sessions: { type: "string", default: "10" },
    print: { type: "boolean", default: false },
    draw: { type: "boolean", default: false }
  }
})
const sessions = Number(values.sessions)
if (!Number.isInteger(sessions) || sessions < 2) throw new Error("--sessions takes a number from 2")

const sessionsByHand = 3

/** The sessions with a shared cache, one with its own, those without the shim, two with fixed names, and the nested one. */
const stages = sessions + sessionsByHand + 4
const bar = Progress.bar("scenario")
let done = 0

/** Says what a stage gave, and where a terminal is, how far the whole is. */
const say = (line: string): void => {
  bar(stages, stages)
  process.stdout.write(`${line}\n`)
  done += 1
  bar(done, stages)
}

const inSession = async <A>(
  shared: Shared.SharedSessions,
  mark: string,
  use: (session: Session, files: string) => Promise<A>
): Promise<A> => {
  // the engine sees the cache too, for a session inside one of its containers
  const session = await shared.start({
    withoutCache: true,
    mounts: [{ source: shared.cache, target: Shared.cacheTarget, seenBy: "both" }]
  })
  try {
    const files = session.workspace?.files ?? ""
    Project.write(files, mark)
    return await use(session, files)
  } finally {
    await session.stop()
  }
}

const started = (shared: Shared.SharedSessions, number: number): Promise<Report.Measured> =>
  inSession(shared, `session ${number}`, async (session, files) => {
    const env = Shared.shimmed(shared, session)
    const start = await Start.run(session, ["up", "-d"], env)
    if (start.code !== 0) throw new Error(`docker compose up ended with ${String(start.code)}`)
    const shown = await Start.shown(files, `session ${number}`)
    const rebuild = await Start.run(session, ["up", "-d", "--build"], env)
    say(
      `session ${number}: built in ${start.build.toFixed(1)} s, ${start.cached} of ${start.steps} steps cached, `
        + `${shown.right} of ${shown.mounts} mounts right; again in ${rebuild.build.toFixed(1)} s`
    )
    return { session: number, start, rebuild, shown, bytes: Start.bytesOf(shared.cache) }
  })

const nested = async (shared: Shared.SharedSessions): Promise<Nested.Nested> => {
  const built: Nested.Nested = Nested.isPossible()
    ? await inSession(shared, "nested", Nested.build)
    : { _tag: "Impossible", why: "there is no stand-alone executable; `npm run build:standalone`" }
  say(`nested: ${built._tag === "Built" ? `${built.cached} of ${built.steps} steps cached` : built.why}`)
  return built
}

const byHand = (shared: Shared.SharedSessions): Promise<ByHand.ByHand> =>
  inSession(shared, "by hand", async (session) => {
    const ran = await ByHand.run(session, shared.cache)
    const [build, again] = [ran.start.build, ran.rebuild.build].map((time) => `${time.toFixed(1)} s`)
    say(`by hand: built in ${build}, ${ran.start.cached} of ${ran.start.steps} steps cached; again in ${again}`)
    return ran
  })

const withFixedNames = (shared: Shared.SharedSessions): Promise<FixedNames.FixedNames> =>
  inSession(shared, "fixed names", async (session) => {
    const built = await FixedNames.build(session, shared.cache)
    say(`fixed names: built in ${built.build.toFixed(1)} s, ${built.cached} of ${built.steps} steps cached`)
    return built
  })

/** Runs something with a cache directory of its own. */
const withCache = async <A>(use: (shared: Shared.SharedSessions) => Promise<A>): Promise<A> => {
  const shared = await Shared.create()
  try {
    return await use(shared)
  } finally {
    await shared.stop()
  }
}

const main = async (): Promise<void> => {
  bar(done, stages)
  const { versions } = await Suite.locate("28.5")
  const [shared, hand, inner] = await withCache(async (cache) => {
    const measured: Array<Report.Measured> = []
    for (let number = 1; number <= sessions; number += 1) measured.push(await started(cache, number))
    const without: Array<ByHand.ByHand> = []
    while (without.length < sessionsByHand) without.push(await byHand(cache))
    return [measured, without, await nested(cache)] as const
  })
  const isolated = await withCache((cache) => started(cache, 2))
  const fixedNames = await withCache(async (cache) => [await withFixedNames(cache), await withFixedNames(cache)])
  const scenario: Report.Scenario = {
    versions: `docker ${versions.docker}, buildx ${versions.buildx ?? ""}, Compose ${versions.compose ?? ""}`,
    machine: `${os.cpus().length} processors (${os.cpus()[0]?.model.trim() ?? ""})`,
    load: os.loadavg()[0]?.toFixed(1) ?? "",
    date: new Date().toISOString().slice(0, 10),
    command: `npm run scenario -- --sessions ${sessions}`,
    form,
    shared,
    isolated,
    byHand: hand,
    fixedNames,
    nested: inner
  }
  bar(stages, stages)
  if (!values.print) {
    fs.writeFileSync(figures, `${JSON.stringify(scenario, undefined, 2)}\n`)
    draw(scenario)
  }
  process.stdout.write(`\n${Report.print(scenario)}${values.print ? "" : `\nwritten to ${figures}\n`}`)
}

if (values.draw) draw(JSON.parse(fs.readFileSync(figures, "utf8")) as Report.Scenario)
else await main()
