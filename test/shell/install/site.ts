/**
 * Sites to plan an installation on, as data.
 */
import type { Directory, Entry, Name, Site } from "../../../src/shell/install/Site.ts"

/** A directory with these entries; what is not named is not there. */
export const directory = (
  path: string,
  entries: Partial<Record<Name, Entry["_tag"]>> = {},
  more: Partial<Directory> = {}
): Directory => {
  const entry = (name: Name): Entry => {
    const tag = entries[name] ?? "Absent"
    return tag === "Other" ? { _tag: tag, what: "a directory" } : { _tag: tag }
  }
  return {
    path,
    missing: [],
    isWritable: true,
    packaged: [],
    entries: {
      "docker": entry("docker"),
      "docker.real": entry("docker.real"),
      "docker-compose": entry("docker-compose"),
      "docker-compose.real": entry("docker-compose.real"),
      "docker-shim": entry("docker-shim")
    },
    ...more
  }
}

/** A site of root's with docker in `/usr/bin`, behind `/usr/local/bin`. */
export const site = (more: Partial<Site> = {}): Site => ({
  shim: { file: "/opt/docker-shim.cjs", isExecutable: false },
  path: [directory("/usr/local/bin"), directory("/usr/bin", { docker: "Program" })],
  plugins: [],
  given: [],
  home: "/root",
  isSuperuser: true,
  stateDirectory: "/var/lib/docker-shim",
  missingState: [],
  ...more
})
