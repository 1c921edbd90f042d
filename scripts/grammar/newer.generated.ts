// Made by `npm run grammar -- --newer DIR` from help texts that are not stored here.
import type { Newer } from "./Generate.ts"

/** What each of these versions adds to the stored help, for commands that the grammar has. */
export const newer: ReadonlyArray<Newer> = [
  {
    version: "docker-29.7.2",
    flags: {
      docker_service_create: "memory-swap= memory-swappiness=",
      docker_service_update: "memory-swap= memory-swappiness="
    }
  },
  {
    version: "compose-5.5.0",
    flags: {
      docker_compose_run: "no-tty:T",
      docker_compose_start: "wait wait-timeout="
    }
  },
  {
    version: "buildx-0.36.1",
    flags: {
      docker_buildx_build: "policy* resource*"
    }
  }
]
