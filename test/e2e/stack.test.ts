/**
 * `docker stack deploy` of the real CLIs against a daemon that writes down what it is asked, directly and through the
 * shim: the same but for the sources.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, it } from "vitest"
import * as RecordingDaemon from "../real-docker/RecordingDaemon.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import * as Suite from "../real-docker/Suite.ts"
import { run, shimDirectory } from "../shell/program.ts"
import { stable } from "./translated-requests.ts"

const target = "/data/workspaces/ses1"

const stack = (work: string) => `
version: "3.8"
services:
  web:
    image: img
    command: ["echo", "$$HOME", "\${X:-x}"]
    environment: {A: "a$$b"}
    secrets: [s]
    configs: [c]
    volumes:
      - ./data:/data:ro
      - {type: bind, source: ../other, target: /other, bind: {propagation: rslave}}
      - "./with $$dollar:/dollar"
      - /srv:/srv
      - named:/named
      - ${work}/app/absolute:/absolute
  plain: {image: img}
volumes:
  named:
    driver: local
    labels: {kept: "yes"}
    driver_opts: {type: none, o: bind, device: ${work}/bound}
secrets:
  s: {file: ./secret.txt}
configs:
  c: {file: ./config.txt}
`

describeReal.each(["28.5", "26.1"] as const)("docker stack of %s", (generation) => {
  const { directory, remove } = shimDirectory("docker")
  const work = path.join(directory, "work")
  const app = path.join(work, "app")
  let suite: Suite.Suite
  let daemon: RecordingDaemon.RecordingDaemon
  beforeAll(async () => {
    suite = await Suite.locate(generation)
    daemon = await RecordingDaemon.start()
    fs.mkdirSync(app, { recursive: true })
    for (const name of ["secret.txt", "config.txt"]) fs.writeFileSync(path.join(app, name), `${name}\n`)
    fs.writeFileSync(path.join(app, "stack.yml"), stack(work))
    fs.writeFileSync(path.join(app, "more.yml"), `{"version":"3.8","services":{"plain":{"volumes":["./more:/more"]}}}`)
  })
  afterAll(async () => {
    await daemon.stop()
    remove()
  })

  const deploy = async (docker: string, words: ReadonlyArray<string>, stdin?: string) => {
    daemon.clear()
    const { env } = daemon.client(suite)
    const temporary = path.join(directory, "tmp")
    fs.mkdirSync(temporary, { recursive: true })
    const piped = path.join(directory, "stdin")
    if (stdin !== undefined) fs.writeFileSync(piped, stdin)
    const script = stdin === undefined ? `"$0" "$@"` : `cat "$STDIN" | "$0" "$@"`
    const ran = await run("sh", ["-c", script, docker, "stack", "deploy", ...words, "shop"], {
      cwd: app,
      env: {
        ...env,
        PATH: `${directory}:${env["PATH"]}`,
        STDIN: piped,
        TMPDIR: temporary,
        WORKSPACE_DIR: target,
        DOCKER_SHIM_USER_PATH: work
      }
    })
    assert.deepStrictEqual(fs.readdirSync(temporary), [], "no temporary file stays")
    const made = daemon.requests.filter(({ method }) => method === "POST")
      .sort((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)))
    return { ran, made }
  }
  const both = async (words: ReadonlyArray<string>, stdin?: string) => {
    const direct = await deploy(path.join(suite.bin, "docker"), words, stdin)
    const shimmed = await deploy(path.join(directory, "docker"), words, stdin)
    return { direct, shimmed }
  }
  const translated = (text: string) => text.replaceAll(`"${work}/`, `"${target}/`)

  it.each([
    ["a file", ["-c", "stack.yml"], undefined],
    ["two files in one flag", ["-c", "stack.yml,more.yml"], undefined],
    ["two flags", ["--compose-file", "stack.yml", "--prune", "--compose-file=more.yml"], undefined],
    ["standard input", ["-c", "-"], stack(work)]
  ])("makes of %s what docker would, with the daemon's sources", async (_, words, stdin) => {
    const { direct, shimmed } = await both(words, stdin)
    assert.strictEqual(direct.ran.code, 0, direct.ran.stderr)
    assert.deepStrictEqual(
      { code: shimmed.ran.code, stderr: shimmed.ran.stderr, stdout: lines(shimmed.ran.stdout) },
      { code: 0, stderr: direct.ran.stderr, stdout: lines(direct.ran.stdout) }
    )
    const wanted = JSON.parse(translated(JSON.stringify(stable(direct.made)))) as unknown
    assert.deepStrictEqual(sorted(shimmed.made), sorted(wanted))
    assert.include(JSON.stringify(shimmed.made), `"${target}/app/with $dollar"`)
    assert.include(JSON.stringify(shimmed.made), `"${target}/bound"`)
    assert.notInclude(JSON.stringify(shimmed.made), `"${work}/`)
  })

  it.each([
    ["is not there", ["-c", "absent.yml"], undefined],
    ["is no YAML", ["-c", "-"], "services: ["],
    ["has an unknown key", ["-c", "-"], "version: \"3.8\"\nservices: {web: {image: img, nonsense: 1}}"]
  ])("says what docker says of a file that %s", async (_, words, stdin) => {
    const { direct, shimmed } = await both(words, stdin)
    assert.notStrictEqual(direct.ran.code, 0)
    assert.deepStrictEqual(shimmed.ran, direct.ran)
    assert.deepStrictEqual(shimmed.made, direct.made)
  })
})

const lines = (text: string): ReadonlyArray<string> => text.split("\n").sort()

/** The requests without the order in which docker sends those of several services, or lists the mounts of one. */
const sorted = (requests: unknown): ReadonlyArray<string> => {
  const all = stable(requests)
  return Array.isArray(all) ? all.map((one) => JSON.stringify(one)).sort() : []
}
