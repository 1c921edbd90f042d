/**
 * A session inside a container of a session: docker in docker, which has the shared cache from a mount.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import * as BaseImage from "../../test/real-docker/BaseImage.ts"
import type * as Client from "../../test/real-docker/Client.ts"
import type { Session } from "../../test/real-docker/Session.ts"
import * as Shared from "../../test/real-docker/SharedSessions.ts"
import * as Project from "./Project.ts"

/** What a build in the inner session did: its steps, or why there is no inner session. */
export type Nested =
  | { readonly _tag: "Built"; readonly steps: number; readonly cached: number; readonly seconds: number }
  | { readonly _tag: "Impossible"; readonly why: string }

/** The stand-alone executable, which needs nothing of the container it runs in. */
const standalone = path.resolve(import.meta.dirname, "../../dist/docker-shim")

/** Starts an engine in the container, waits for it, gives it the base image, and builds. */
const script = `set -e
mkdir -p /run /tmp /etc/docker /shim /root/.docker
ln -s $BIN/cli-plugins /root/.docker/cli-plugins
ln -s /docker-shim /shim/docker
echo '{"features":{"containerd-snapshotter":true}}' > /etc/docker/daemon.json
dockerd --data-root /data-root --iptables=false > /run/log 2>&1 &
n=0; until docker version > /dev/null 2>&1; do
  n=$((n + 1)); [ $n -lt 100 ] || { cat /run/log; exit 1; }; sleep 0.2
done
docker load -q -i /bb.tar
cd /home/retro/work/${Project.directory}
PATH=/shim:$PATH BUILDKIT_PROGRESS=plain docker compose build
`

/** Builds the project in a container of the session, whose engine sees the cache at its usual place. */
export const build = async (session: Session): Promise<Nested> => {
  const { bin } = session.suite
  const image = await BaseImage.archiveOf(session)
  const mounts = [
    ...[`${path.dirname(bin)}:${path.dirname(bin)}:ro`, "/usr:/usr:ro", "/lib:/lib:ro", "/lib64:/lib64:ro"],
    ...[`${standalone}:/docker-shim:ro`, `${image}:/bb.tar:ro`, `${Shared.cacheTarget}:${Shared.cacheTarget}`],
    `${session.workspace?.daemonPath ?? ""}:/home/retro/work`
  ]
  const began = performance.now()
  const ran = await session.run("docker", [
    ...["run", "--rm", "--privileged", "--cgroupns=private", "--tmpfs", "/run", "-v", "/data-root"],
    ...["-e", "HOME=/root", "-e", `BIN=${bin}`, "-e", `PATH=${bin}:/usr/sbin:/usr/bin:/sbin:/bin`],
    ...mounts.flatMap((mount) => ["-v", mount]),
    ...["bb", "sh", "-c", script]
  ], { timeout: 300_000 })
  if (ran.code !== 0) return { _tag: "Impossible", why: lastLines(ran) }
  return {
    _tag: "Built",
    seconds: (performance.now() - began) / 1000,
    ...Shared.stepsOf(ran.stdout + ran.stderr)
  }
}

/** Whether there is a stand-alone executable, which the inner session needs. */
export const isPossible = (): boolean => fs.existsSync(standalone)

const lastLines = ({ code, stderr, stdout }: Client.Outcome): string =>
  `status ${String(code)}: ${`${stdout}\n${stderr}`.trim().split("\n").slice(-4).join(" / ")}`
