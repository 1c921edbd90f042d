import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import * as fs from "node:fs"
import * as net from "node:net"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as DaemonProcess from "../../../src/shell/docker/DaemonProcess.ts"

let directory = ""
let daemon: ChildProcess | undefined
const at = (name: string): string => path.join(directory, name)

beforeEach(() => {
  directory = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-daemon-")))
})
afterEach(async () => {
  if (daemon !== undefined) {
    const ended = once(daemon, "exit")
    daemon.kill("SIGKILL")
    await ended
    daemon = undefined
  }
  fs.rmSync(directory, { recursive: true })
})

/** Something of this name listens at a socket, in what the words before it make of its surroundings. */
const listen = async (name: string, before: ReadonlyArray<string> = []): Promise<string> => {
  // what a process is called is the name of its file
  fs.copyFileSync(process.execPath, at(name))
  const script = "require('net').createServer().listen(process.argv[1], () => console.log('listening'))"
  const [file, ...words] = [...before, at(name), "-e", script, at("docker.sock")]
  daemon = spawn(file, words, { stdio: ["ignore", "pipe", "inherit"] })
  if (daemon.stdout !== null) await once(daemon.stdout, "data")
  return at("docker.sock")
}

describe("DaemonProcess", () => {
  it("names the mount namespace of a process", () => {
    assert.match(DaemonProcess.mountNamespace("self") ?? "", /^mnt:\[\d+\]$/)
    assert.isUndefined(DaemonProcess.mountNamespace("0"))
  })

  it("a dockerd here sees the same files, also by a link to its socket", async () => {
    const socket = await listen("dockerd")
    assert.isTrue(DaemonProcess.seesSameFiles(socket))
    fs.symlinkSync(socket, at("link"))
    assert.isTrue(DaemonProcess.seesSameFiles(at("link")))
  })

  it("a dockerd with mounts of its own, and anything else, proves nothing", async () => {
    assert.isFalse(DaemonProcess.seesSameFiles(await listen("dockerd", ["unshare", "--mount"])))
  })

  it("a relay proves nothing, nor does a socket that nobody has", async () => {
    assert.isFalse(DaemonProcess.seesSameFiles(await listen("socat")))
    assert.isFalse(DaemonProcess.seesSameFiles(at("none")))
  })

  it("of two sockets with one path neither proves anything", async () => {
    const socket = await listen("dockerd")
    fs.rmSync(socket)
    const other = net.createServer().listen(socket)
    await once(other, "listening")
    assert.isFalse(DaemonProcess.seesSameFiles(socket))
    other.close()
  })
})
