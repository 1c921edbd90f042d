/**
 * Makes the Debian package of an executable.
 *
 * The package puts /usr/bin/docker-shim on the machine. Its scripts call `install --in-place`, which diverts the docker of
 * another package and takes its place by a rename, and `uninstall` before the package goes. A trigger calls it again when a
 * docker comes later.
 */
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { gzipSync } from "node:zlib"

/** Debian's names of Node's architectures. */
export const debianArchitecture = { x64: "amd64", arm64: "arm64" }

const postinst = `#!/bin/sh
set -e
# without a docker there is nothing to do yet: the trigger comes when one does
if [ "$1" = configure ] || [ "$1" = triggered ]; then
  if command -v docker > /dev/null; then
    docker-shim install --in-place || echo "docker-shim is installed, but not in front of docker: see above, and 'docker-shim doctor'"
  fi
fi
`

const prerm = `#!/bin/sh
set -e
if [ "$1" = remove ]; then docker-shim uninstall; fi
`

/** Writes `docker-shim_VERSION_ARCHITECTURE.deb` into a directory; `time` is that of every file, in seconds since 1970. */
export const makeDeb = ({ architecture, changelog, directory, executable, licenses, manPage, time, version }) => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-deb-"))
  const put = (name, content, mode) => {
    const file = path.join(root, name)
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, content)
    fs.chmodSync(file, mode)
  }
  const document = "usr/share/doc/docker-shim"
  try {
    put("usr/bin/docker-shim", fs.readFileSync(executable), 0o755)
    put("usr/share/man/man1/docker-shim.1.gz", gzipSync(manPage), 0o644)
    put(`${document}/copyright`, licenses, 0o644)
    put(`${document}/changelog.gz`, gzipSync(changelog), 0o644)
    put("DEBIAN/postinst", postinst, 0o755)
    put("DEBIAN/prerm", prerm, 0o755)
    put("DEBIAN/triggers", "interest-noawait /usr/bin/docker\n", 0o644)
    put(
      "DEBIAN/control",
      `Package: docker-shim
Version: ${version}
Architecture: ${debianArchitecture[architecture]}
Maintainer: The docker-shim maintainers <maintainers@docker-shim.invalid>
Section: admin
Priority: optional
Installed-Size: ${Math.ceil(fs.statSync(executable).size / 1024)}
Recommends: docker-cli | docker-ce-cli | docker.io
Description: runs in front of docker in sessions that have a daemon of their own
 Translates the paths that the daemon opens, shares the build cache between
 sessions, and keeps Compose projects of different sessions apart.
`,
      0o644
    )
    for (const entry of ["", ...fs.readdirSync(root, { recursive: true })]) {
      const file = path.join(root, entry)
      if (fs.statSync(file).isDirectory()) fs.chmodSync(file, 0o755)
      fs.utimesSync(file, time, time)
    }
    const deb = path.join(directory, `docker-shim_${version}_${debianArchitecture[architecture]}.deb`)
    execFileSync("dpkg-deb", ["--root-owner-group", "-Zgzip", "--build", root, deb], {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, SOURCE_DATE_EPOCH: String(time) }
    })
    return deb
  } finally {
    fs.rmSync(root, { recursive: true, force: true })
  }
}
