/**
 * A program for the test of a killed owner: starts a session with a running container and a command of the client, prints
 * the session's directory and waits for its end.
 */
import * as BaseImage from "./BaseImage.ts"
import * as Session from "./Session.ts"

const session = await Session.start({ workspace: { id: "orphan" } })
await BaseImage.load(session)
await session.docker(["network", "create", "own"])
await session.docker(["run", "-d", "--network", "own", "-v", "/data/workspaces/orphan:/m", "bb", "sleep", "1000"])
session.spawn("sh", ["-c", "sleep 1000 & sleep 1001"])
process.stdout.write(`${session.directory}\n`)
setInterval(() => undefined, 60_000)
