// A program that embeds the core: it answers planning's questions from a table of its own.
import { CacheMount, Plan, VolumeSpec } from "docker-shim"

const outcome = Plan.planWith(
  {
    argv0: "docker",
    argv: ["run", "-v", "./app:/app", "web"],
    env: { DOCKER_HOST: "unix:///var/run/docker.sock", WORKSPACE_DIR: "/data/workspaces/ses1" },
    cwd: "/home/retro/work"
  },
  { RealPath: ({ path }) => ({ resolved: path, exists: true }) }
)
if (outcome._tag !== "ExecPlan") throw new Error(outcome._tag)

console.log(outcome.args.join(" "))
console.log(VolumeSpec.source("a:/b"), CacheMount.of("/data").target)
