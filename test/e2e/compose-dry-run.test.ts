/**
 * A dry run of Compose through the shim says what the run then does, as Compose's own does: tools ask for one as a check.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, it } from "vitest"
import * as ShimmedSession from "../compose-corpus/ShimmedSession.ts"
import { describeReal } from "../real-docker/Requirements.ts"

const cwd = "/home/retro/work/dry"

/** Whose project it is: that of the shim, or of Compose called directly. */
const projects = { compose: "helix-task-12-dry", directCompose: "dry" } as const
type Caller = keyof typeof projects

/** What may become of a container, what counts most first. Compose says of one that it recreates only in a run that it started. */
const ends = ["Recreated", "Created", "Started", "Running"]

/** What became of each container of a project, or would have, such as `web-1 Recreated`. */
const outcomes = (stderr: string, project: string): ReadonlyArray<string> => {
  const said = stderr.split("\n").flatMap((line) => {
    const [, name, state] = new RegExp(`Container ${project}-(\\S+) +(\\w+)`).exec(line) ?? []
    return name !== undefined && state !== undefined && ends.includes(state) ? [{ name, state }] : []
  })
  const names = [...new Set(said.map(({ name }) => name))].sort()
  return names.map((name) => {
    const states = said.filter((one) => one.name === name).map(({ state }) => state)
    return `${name} ${ends.find((end) => states.includes(end)) ?? ""}`
  })
}

describeReal.each(["28.5", "26.1"] as const)("a dry run with compose of docker %s", (suite) => {
  let session: ShimmedSession.ShimmedSession
  beforeAll(async () => {
    session = await ShimmedSession.start({ suite, id: "ses1", task: "12" })
  })
  afterAll(async () => {
    for (const project of Object.values(projects)) {
      await session.directCompose(["-p", project, "down", "-v", "-t", "0"])
    }
    await session.stop()
  })

  /** The project's file, with a bind of the user's. */
  const write = (bind: string, command = "sleep 600"): void => {
    const directory = join(session.files, "dry")
    for (const name of ["src", "other"]) mkdirSync(join(directory, name), { recursive: true })
    writeFileSync(
      join(directory, "compose.yaml"),
      `services:
  web: {image: bb, command: ${command}, init: true, volumes: ["${bind}:/bind"], depends_on: [db]}
  db: {image: bb, command: sleep 600, init: true}
`
    )
  }
  const say = async (caller: Caller, words: string): Promise<ReadonlyArray<string>> => {
    const { code, stderr } = await session[caller](words.split(" "), { cwd })
    assert.strictEqual(code, 0, stderr)
    return outcomes(stderr, projects[caller])
  }
  /** A dry run and then the run, through the shim and directly: all say the same. */
  const all = async (words: string, expected: ReadonlyArray<string>): Promise<void> => {
    for (const caller of ["directCompose", "compose"] as const) {
      for (const dry of [`${words} --dry-run`, `--dry-run ${words}`, words]) {
        assert.deepStrictEqual(await say(caller, dry), expected, `${caller} ${dry}`)
      }
    }
  }

  it("says of a new project, an unchanged one and a changed one what `create` and `up` do", async () => {
    write("./src")
    await all("create", ["db-1 Created", "web-1 Created"])
    await all("up -d", ["db-1 Started", "web-1 Started"])
    await all("up -d", ["db-1 Running", "web-1 Running"])
    write("./other")
    await all("up -d", ["db-1 Running", "web-1 Recreated"])
    await all("up -d --force-recreate --no-deps web", ["web-1 Recreated"])
  })

  it("changes nothing of a project", async () => {
    write("./src", "sleep 601")
    const containers = () => session.direct(["ps", "-a", "--no-trunc", "--format", "{{.ID}} {{.State}}"])
    const before = await containers()
    assert.include(await say("compose", "up -d --dry-run"), "web-1 Recreated")
    assert.strictEqual(await containers(), before)
  })
})
