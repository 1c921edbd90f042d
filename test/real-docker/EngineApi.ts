/**
 * As much of the Engine API as `docker create`, `run`, `volume create`, `service create|update` and `stack deploy` of the CLIs 20.10 to
 * 28.5 need to end with code 0.
 */
import type { RecordedRequest } from "./RecordedRequest.ts"

/** An answer; `body` is printed as JSON. */
export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** The API version of Docker 28.5; older clients talk their own. */
const API_VERSION = "1.51"

const IDENTIFIER = "c0ffee".padEnd(64, "0")
const DIGEST = `sha256:${IDENTIFIER}`

const PING_HEADERS = {
  "Api-Version": API_VERSION,
  "Builder-Version": "2",
  "Docker-Experimental": "false",
  "Ostype": "linux",
  "Server": "Docker/28.5.2 (linux)",
  "Swarm": "active/manager",
  "Content-Type": "text/plain"
}

type Route = readonly [method: string, path: RegExp, answer: (name: string, request: RecordedRequest) => Answer]

const ok = (body: unknown): Answer => ({ status: 200, body })

const ROUTES: ReadonlyArray<Route> = [
  ["GET|HEAD", /^\/_ping$/, () => ({ status: 200, headers: PING_HEADERS })],
  ["GET", /^\/version$/, () => ok(version)],
  ["GET", /^\/info$/, () => ok(info)],
  ["POST", /^\/containers\/create$/, () => ({ status: 201, body: { Id: IDENTIFIER, Warnings: [] } })],
  ["POST", /^\/containers\/([^/]+)\/wait$/, () => ok({ StatusCode: 0 })],
  ["POST", /^\/containers\/([^/]+)\/[a-z]+$/, () => ({ status: 204 })],
  ["GET", /^\/containers\/([^/]+)\/json$/, (name) => ok(container(name))],
  ["DELETE", /^\/[a-z]+\/([^/]+)$/, () => ({ status: 204 })],
  ["POST", /^\/volumes\/create$/, (_name, { body }) => ({ status: 201, body: volume(nameIn(body)) })],
  ["GET", /^\/volumes\/([^/]+)$/, (name) => ok(volume(name))],
  ["GET", /^\/volumes$/, () => ok({ Volumes: [], Warnings: [] })],
  ["POST", /^\/networks\/create$/, () => ({ status: 201, body: { Id: IDENTIFIER, Warning: "" } })],
  ["GET", /^\/networks\/([^/]+)$/, (name) => ok(network(name))],
  ["POST", /^\/services\/create$/, () => ({ status: 201, body: { ID: IDENTIFIER } })],
  ["POST", /^\/services\/([^/]+)\/update$/, () => ok({ Warnings: [] })],
  ["GET", /^\/services\/([^/]+)$/, (name) => ok(service(name))],
  ["POST", /^\/(?:secrets|configs)\/create$/, () => ({ status: 201, body: { ID: IDENTIFIER } })],
  ["POST", /^\/(?:secrets|configs)\/([^/]+)\/update$/, () => ({ status: 200 })],
  ["GET", /^\/(?:secrets|configs)\/([^/]+)$/, (name) => ok(named(name))],
  ["GET", /^\/(?:secrets|configs)$/, (_name, { query }) => ok(namesIn(query["filters"]).map(named))],
  ["GET", /^\/distribution\/(.+)\/json$/, () => ok(distribution)],
  ["GET", /^\/images\/(.+)\/json$/, (name) => ok(image(name))],
  ["POST", /^\/images\/create$/, () => ok({ status: "Status: Image is up to date" })],
  ["GET", /^\/(?:containers|images|networks|services|tasks|nodes|plugins)(?:\/json)?$/, () => ok([])]
]

/** Answers a request; what no command of those above asks is refused with 501, for the test to see. */
export const answer = (request: RecordedRequest): Answer => {
  for (const [method, path, reply] of ROUTES) {
    const match = path.exec(request.path)
    if (match !== null && method.split("|").includes(request.method)) return reply(match[1] ?? "", request)
  }
  return { status: 501, body: { message: `recording daemon: ${request.method} ${request.path} has no answer` } }
}

const version = {
  Version: "28.5.2",
  ApiVersion: API_VERSION,
  MinAPIVersion: "1.24",
  Os: "linux",
  Arch: "amd64",
  KernelVersion: "6.1.0",
  GitCommit: "recording",
  GoVersion: "go1.24"
}

const info = {
  ID: "recording",
  Name: "recording",
  OSType: "linux",
  OperatingSystem: "recording daemon",
  Architecture: "x86_64",
  ServerVersion: "28.5.2",
  Driver: "overlay2",
  DefaultRuntime: "runc",
  Swarm: { LocalNodeState: "active", ControlAvailable: true },
  Plugins: { Volume: ["local"], Network: ["bridge", "host", "overlay"] }
}

const container = (id: string) => ({
  Id: id,
  Name: "/recorded",
  State: { Status: "exited", Running: false, ExitCode: 0 },
  Config: { Tty: false, AttachStdin: false, AttachStdout: true, AttachStderr: true },
  HostConfig: {},
  NetworkSettings: { Networks: {} },
  Mounts: []
})

const volume = (name: string) => ({
  Name: name,
  Driver: "local",
  Mountpoint: `/var/lib/docker/volumes/${name}/_data`,
  Scope: "local",
  Labels: {},
  Options: {}
})

const network = (name: string) => ({ Name: name, Id: IDENTIFIER, Scope: "swarm", Driver: "overlay", Labels: {} })

const service = (name: string) => ({
  ID: IDENTIFIER,
  Version: { Index: 1 },
  Spec: {
    Name: name,
    TaskTemplate: { ContainerSpec: { Image: `bb@${DIGEST}` }, Resources: {} },
    Mode: { Replicated: { Replicas: 1 } },
    EndpointSpec: { Mode: "vip" }
  }
})

const image = (name: string) => ({
  Id: DIGEST,
  RepoTags: [name],
  RepoDigests: [],
  Os: "linux",
  Architecture: "amd64",
  Config: { Cmd: ["sh"] }
})

const distribution = {
  Descriptor: { MediaType: "application/vnd.docker.distribution.manifest.v2+json", Digest: DIGEST, Size: 1 },
  Platforms: [{ Architecture: "amd64", OS: "linux" }]
}

const named = (name: string) => ({ ID: IDENTIFIER, Spec: { Name: name } })

/** The names that a filter such as `{"name":{"token":true}}` asks for. */
const namesIn = (filters = "{}"): ReadonlyArray<string> => {
  const { name = {} } = JSON.parse(filters) as { readonly name?: Readonly<Record<string, boolean>> }
  return Object.keys(name)
}

const nameIn = (body: unknown): string => {
  const name = typeof body === "object" && body !== null && "Name" in body ? body.Name : ""
  return typeof name === "string" && name !== "" ? name : "recorded"
}
