/**
 * Flags that the programs accept and their `--help` leaves out: found in the sources, checked against the programs by
 * `make-grammar.ts --verify`.
 */

/**
 * What `--help` does not tell of one command: `flags` in the compact form of `Grammar.decode`, other spellings included.
 * `commands` are names of fixtures, without suffix.
 */
export interface Hidden {
  readonly commands: ReadonlyArray<string>
  readonly flags: string
  readonly source: string
}

const run = ["docker_run", "docker_container_run", "docker_create", "docker_container_create"]
const build = ["docker_build", "docker_image_build", "docker_builder_build"]

export const hidden: ReadonlyArray<Hidden> = [
  {
    commands: run,
    flags: "dns-opt* net* net-alias*",
    source: "docker/cli v28.5.2 cli/command/container/opts.go:240,253,257 (MarkHidden)"
  },
  {
    commands: run,
    flags: "cpu-count= cpu-percent= io-maxbandwidth= io-maxiops=",
    source: "docker/cli v28.5.2 cli/command/container/opts.go:287-306 (ostype windows)"
  },
  {
    commands: build,
    flags: "squash stream",
    source: "docker/cli v28.5.2 cli/command/image/build.go:160 (experimental); v20.10.24 build.go:171 (MarkHidden)"
  },
  {
    commands: ["docker_volume_create"],
    flags: "name=",
    source: "docker/cli v28.5.2 cli/command/volume/create.go:66"
  },
  {
    commands: ["docker_buildx_build"],
    flags:
      "print= compress isolation= security-opt* squash memory:m= memory-swap= cpu-shares:c= cpu-period= cpu-quota= "
      + "cpuset-cpus= cpuset-mems= rm force-rm",
    source: "docker/buildx v0.29.1 commands/build.go:576-620 (MarkHidden)"
  },
  {
    commands: ["docker_buildx_build"],
    flags: "root= detach server-config=",
    source: "docker/buildx v0.13.1 commands/build.go:619-625 (only with BUILDX_EXPERIMENTAL=1)"
  },
  {
    commands: ["docker_compose"],
    flags: "workdir= version:v no-ansi verbose",
    source: "docker/compose v2.40.3 cmd/compose/compose.go:224,645-651 (MarkHidden)"
  },
  {
    commands: ["docker_compose"],
    flags: "insecure-registry*",
    source: "docker/compose v5.5.0 (hidden; takes a value, as the program itself says)"
  },
  {
    commands: ["docker_compose_build"],
    flags: "parallel compress force-rm no-rm progress=",
    source: "docker/compose v2.40.3 cmd/compose/build.go:134-144 (MarkHidden)"
  },
  {
    commands: ["docker_compose_pull"],
    flags: "parallel no-parallel",
    source: "docker/compose v2.40.3 cmd/compose/pull.go:70-72 (MarkHidden)"
  },
  {
    commands: ["docker_compose_rm"],
    flags: "all:a",
    source: "docker/compose v2.40.3 cmd/compose/remove.go:57 (MarkHidden)"
  },
  {
    commands: ["docker_compose_cp"],
    flags: "all",
    source: "docker/compose v2.26.1 cmd/compose/cp.go:70 (MarkHidden)"
  },
  {
    commands: ["docker_compose_exec"],
    flags: "interactive:i tty:t no-TTY>no-tty",
    source: "docker/compose v2.40.3 cmd/compose/exec.go:89-98 (MarkHidden, SetNormalizeFunc)"
  },
  {
    commands: ["docker_compose_run"],
    flags: "tty:t volumes>volume labels>label no-TTY>no-tty",
    source: "docker/compose v2.40.3 cmd/compose/run.go:252-267 (MarkHidden, normalizeRunFlags); no-tty: v5.5.0"
  },
  {
    commands: ["docker_compose_up"],
    flags: "menu y>yes",
    source: "docker/compose v2.26.1 cmd/compose/up.go:148 (MarkHidden); v2.40.3 up.go:177 (SetNormalizeFunc)"
  },
  {
    commands: ["docker_compose_create", "docker_compose_publish"],
    flags: "y>yes",
    source: "docker/compose v2.40.3 cmd/compose/create.go:87, publish.go:58 (SetNormalizeFunc)"
  },
  {
    commands: ["docker_compose_down"],
    flags: "volume>volumes",
    source: "docker/compose v2.40.3 cmd/compose/down.go:70 (SetNormalizeFunc)"
  }
]

/**
 * Commands whose first positional ends the flags (`SetInterspersed(false)`): docker/cli v28.5.2 `cli/command/container`
 * run.go:61, create.go:83, exec.go:71, `service/create.go:76`; docker/compose v2.40.3 `cmd/compose` exec.go:93,
 * run.go:255. (docker's `commit`, `top` and `tag` too; nothing is made of those.)
 */
export const nonInterspersed: ReadonlySet<string> = new Set([
  "docker_run",
  "docker_container_run",
  "docker_create",
  "docker_container_create",
  "docker_service_create",
  "docker_compose_exec",
  "docker_compose_run"
])
