/**
 * Requests that no client writes, to real engines: by another path, in another frame, with another body. What the daemon takes
 * as one that mounts the user's directory, the gateway has translated or refused; nothing of it passes unread.
 */
import { afterAll, assert, beforeAll, it } from "vitest"
import * as BaseImage from "../real-docker/BaseImage.ts"
import * as GatewayProcess from "../real-docker/GatewayProcess.ts"
import * as RawExchange from "../real-docker/RawExchange.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import * as Session from "../real-docker/Session.ts"

const user = "/home/retro/work/app"
const bodyOf = (host: string): string => `{"Image":"bb","HostConfig":${host}}`
const plain = bodyOf(`{"Binds":["${user}:/m"]}`)
const chunked = (body: string): string => `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`

const request = (target: string, body = plain, headers?: string, start = "POST"): string =>
  `${start} ${target} HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\nConnection: close\r\n`
  + `${headers ?? `Content-Length: ${Buffer.byteLength(body, "latin1")}\r\n`}\r\n${body}`

const create = "/v1.41/containers/create"

/** Other ways to write the path. */
const targets = [
  "http:/v1.41/containers/create",
  "HTTP://x/v1.41/containers/create",
  "http:///v1.41/containers/create",
  "http://u:p@h:1/v1.41/containers/create",
  "http://x//v1.41/containers/create",
  "x+y://h/v1.41/containers/create",
  "//v1.41/containers/create",
  "/v1.41//containers/create",
  "/v1.41/containers//create",
  "/v1.41/../containers/create",
  "/v1.41/./containers/create",
  "/v1.41/%2e%2e/containers/create",
  "/v1.41/containers/x/%2E%2E/create",
  "/v1.41%2fcontainers%2Fcreate",
  "/v1.41/%63ontainers/create",
  "/v1.41/%2563ontainers/create",
  "/v1.41/containers/create;x=y",
  "/v1.41/containers/create#x",
  "/v1.41/containers/create/",
  "/v1.41/containers/create%00",
  "/v1.41/containers/create%20",
  "/v1.41/containers/create%",
  "/v1.41/containers/create?/x",
  "/v1.41/v1.41/containers/create",
  "/v.1.4.1/containers/create",
  "/V1.41/containers/create",
  "/v1.41/Containers/Create",
  "/containers/create",
  "containers/create",
  "*"
].map((target) => [target, request(target)] as const)

/** Other frames around the body, and a second request that might be taken for a part of the first. */
const frames: ReadonlyArray<readonly [string, string]> = [
  ["a length and chunks", request(create, chunked(plain), "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n")],
  ["chunks and a length", request(create, chunked(plain), "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n")],
  ["chunks of another length than the body", request("/_ping", chunked("") + request(create), "Content-Length: 5\r\n")],
  ["two encodings", request(create, chunked(plain), "Transfer-Encoding: gzip, chunked\r\n")],
  ["an encoding that is none", request(create, chunked(plain), "Transfer-Encoding: xchunked\r\n")],
  ["an encoding behind a tab", request(create, chunked(plain), "Transfer-Encoding:\t chunked\r\n")],
  ["an encoding behind a space", request(create, chunked(plain), "Transfer-Encoding : chunked\r\n")],
  ["an encoding twice", request(create, chunked(plain), "Transfer-Encoding: chunked\r\n".repeat(2))],
  ["no encoding", request(create, plain, `Transfer-Encoding: identity\r\nContent-Length: ${plain.length}\r\n`)],
  [
    "an extension of a chunk",
    request(create, chunked(plain).replace("\r\n", ";a=\"b\"\r\n"), "Transfer-Encoding: chunked\r\n")
  ],
  ["a length that goes on", request(create, plain, `Content-Length: \r\n ${plain.length}\r\n`)],
  ["a field that goes on", request("/_ping", request(create), "X: 1\r\n Content-Length: 9\r\n")],
  ["a field that goes on as an encoding", request(create, chunked(plain), "X: 1\r\n\tTransfer-Encoding: chunked\r\n")],
  ["two lengths", request(create, plain, `Content-Length: ${plain.length}\r\nContent-Length: 2\r\n`)],
  ["one length twice", request(create, plain, `Content-Length: ${plain.length}\r\n`.repeat(2))],
  ["a list of lengths", request(create, plain, `Content-Length: ${plain.length}, ${plain.length}\r\n`)],
  ["a length with a sign", request(create, plain, `Content-Length: +${plain.length}\r\n`)],
  ["lines without a return", request(create).replaceAll("\r\n", "\n")],
  ["a return within a line", request(create, plain, `X: a\rY: b\r\nContent-Length: ${plain.length}\r\n`)],
  ["an empty line before it", `\r\n${request(create)}`],
  ["an older version", request(create).replace("HTTP/1.1", "HTTP/1.0")],
  ["a version that is none", request(create).replace("HTTP/1.1", "HTTP/1.2")],
  ["another expectation", request(create, plain, `Expect: x\r\nContent-Length: ${plain.length}\r\n`)],
  [
    "the length named as the connection's",
    request(create, plain, `Connection: content-length\r\nContent-Length: ${plain.length}\r\n`)
  ],
  [
    "a trailer that names a length",
    request(
      create,
      chunked(plain).replace(/0\r\n\r\n$/, "0\r\nContent-Length: 3\r\n\r\n"),
      "Transfer-Encoding: chunked\r\n"
    )
  ],
  ["a method of small letters", request(create, plain, undefined, "post")],
  [
    "a method in a field",
    request(create, plain, `X-HTTP-Method-Override: POST\r\nContent-Length: ${plain.length}\r\n`, "GET")
  ],
  ["a request behind another", `GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n${request(create)}`],
  [
    "a request behind one that upgrades",
    `GET /_ping HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n${request(create)}`
  ],
  [
    "a request behind one that upgrades in chunks",
    request(
      "/v1.41/exec/x/start",
      chunked("{}") + request(create),
      "Connection: Upgrade\r\nUpgrade: tcp\r\nTransfer-Encoding: chunked\r\n"
    )
  ],
  ["a request behind an image", `GET /v1.41/images/bb/get HTTP/1.1\r\nHost: d\r\n\r\n${request(create)}`],
  ["a request behind a body that moves much", `${request("/v1.41/images/load", "{}")}${request(create)}`],
  [
    "a request behind a body in chunks that moves much",
    request("/v1.41/images/load", chunked("{}") + request(create), "Transfer-Encoding: chunked\r\n")
      .replace("Connection: close\r\n", "Connection: keep-alive\r\n")
  ],
  [
    "a request behind a build with two wishes for its connection",
    request("/v1.41/build?remote=-", chunked("{}") + request(create), "Transfer-Encoding: chunked\r\n")
      .replace(
        "Connection: close\r\n",
        "Keep-Alive: timeout=9\r\nConnection: close, keep-alive\r\nConnection: Keep-Alive\r\n"
      )
  ],
  ["a request behind a tunnel", `CONNECT ${create} HTTP/1.1\r\nHost: d\r\n\r\n${request(create)}`]
]

/** Other bodies. */
const bodies = ([
  ["a very large number", `{"Image":"bb","X":1e999999,"HostConfig":{"Binds":["${user}:/m"]}}`],
  ["a number of many digits", `{"Image":"bb","X":${"9".repeat(100_000)},"HostConfig":{"Binds":["${user}:/m"]}}`],
  ["half of a character", `{"Image":"bb","Env":["A=\\ud800"],"HostConfig":{"Binds":["${user}:/m"]}}`],
  ["half of a character in its path", bodyOf(`{"Binds":["${user}\\ud800:/m"]}`)],
  ["an end within its path", bodyOf(`{"Binds":["${user}\\u0000:/m"]}`)],
  ["an escape that is none", bodyOf(`{"Binds":["${user}\\x41:/m"]}`)],
  ["slashes that are escaped", bodyOf(`{"Binds":["${user.replaceAll("/", "\\/")}:/m"]}`)],
  [
    "names of objects",
    `{"__proto__":{},"constructor":1,"Image":"bb","HostConfig":{"__proto__":[],"Binds":["${user}:/m"]}}`
  ],
  ["nothing, then a host", `{"Image":"bb","HostConfig":null,"HostConfig":{"Binds":null,"Binds":["${user}:/m"]}}`],
  ["a host, then nothing", `{"Image":"bb","HostConfig":{"Binds":["${user}:/m"]},"HostConfig":null}`],
  [
    "a host of another case, then one",
    `{"Image":"bb","HOSTCONFIG":{"Binds":["${user}:/m"]},"HostConfig":{"Binds":[]}}`
  ],
  ["999 levels", `{"Image":"bb","X":${"[".repeat(998)}${"]".repeat(998)},"HostConfig":{"Binds":["${user}:/m"]}}`],
  ["9,999 levels", `{"Image":"bb","X":${"[".repeat(9_998)}${"]".repeat(9_998)},"HostConfig":{"Binds":["${user}:/m"]}}`],
  ["a text of 15 MB", `{"Image":"bb","X":"${"x".repeat(15 << 20)}","HostConfig":{"Binds":["${user}:/m"]}}`],
  ["a text of 16 MB", `{"Image":"bb","X":"${"x".repeat(16 << 20)}","HostConfig":{"Binds":["${user}:/m"]}}`],
  ["a path of 1 MB", bodyOf(`{"Binds":["${user}/${"x/".repeat(1 << 19)}:/m"]}`)],
  ["white space that Go has not", `\u00a0${plain}`],
  ["white space before it", `\t\n\r ${plain}`],
  ["a comment", `/**/${plain}`],
  ["a comma at the end", `{"Image":"bb","HostConfig":{"Binds":["${user}:/m",]}}`],
  ["a mount by its long form", bodyOf(`{"Mounts":[{"Target":"/m","Source":"${user}","Type":"bind"}]}`)],
  [
    "a volume that binds",
    bodyOf(
      `{"Mounts":[{"Type":"volume","Target":"/m","VolumeOptions":{"DriverConfig":{"Name":"local","Options":{"type":"none","o":"bind","device":"${user}"}}}}]}`
    )
  ]
] as const).map(([name, body]) => [name, request(create, body)] as const)

describeReal.each(["28.5", "26.1", "20.10"] as const)("docker %s, attacked through the gateway", (generation) => {
  let session: Session.Session
  let gateway: GatewayProcess.GatewayProcess
  let socket = ""

  beforeAll(async () => {
    session = await Session.start({ suite: generation, workspace: { id: "ses1" } })
    await BaseImage.load(session)
    const started = await GatewayProcess.inFrontOf(session)
    gateway = started
    socket = started.socket
  })
  afterAll(async () => {
    const code = await gateway.stop()
    await session.stop()
    assert.strictEqual(code, 0)
  })

  /** What the containers of the daemon that were made since mount; none is left. */
  const made = async (): Promise<string> => {
    const ids = (await session.docker(["ps", "-aq"])).split("\n").filter((id) => id !== "")
    if (ids.length === 0) return ""
    const format = "{{json .HostConfig.Binds}}{{json .HostConfig.Mounts}}{{json .Mounts}}"
    const mounts = await session.docker(["inspect", "-f", format, ...ids])
    await session.docker(["rm", "-f", "-v", ...ids])
    return mounts
  }

  it.each([["other paths", targets], ["other frames", frames], ["other bodies", bodies]])(
    "never has the user's path by %s",
    async (_, cases) => {
      let taken = 0
      const wrong: Array<string> = []
      for (const [name, sent] of cases) {
        const bytes = Buffer.from(sent, "latin1")
        const through = await RawExchange.exchange(socket, bytes, 5_000)
        const mounted = await made()
        if (mounted.includes(user)) wrong.push(`${name}: ${mounted}`)
        if (through.status === 0 && through.whole !== "") wrong.push(`${name}: ${through.whole}`)
        // the daemon alone takes it: then it was refused, or translated
        const alone = await RawExchange.exchange(session.socket, bytes, 5_000)
        if (!(await made()).includes(user)) continue
        taken += 1
        const isTranslated = mounted.includes(session.workspace?.daemonPath ?? "")
        // the first answer is that of the request before it; the connection then ended
        const isEnded = name.startsWith("a request behind") && mounted === ""
        if (!isTranslated && !isEnded && through.status < 400) {
          wrong.push(`${name}: ${through.whole}, alone: ${alone.status}`)
        }
      }
      assert.deepStrictEqual(wrong, [])
      assert.isAbove(taken, cases.length / 5, "most of these are requests that the daemon takes")
    },
    300_000
  )
})
