/**
 * The value of `--device-read-bps` and its like, such as `/dev/sda:1mb`, and of `--blkio-weight-device`.
 */

/** docker refuses others (docker/cli 28.5.2, `opts/throttledevice.go` and `opts/weightdevice.go`). */
const devices = "/dev/"

/** The path of the device, which the daemon looks up. */
export const source = (text: string): string | undefined => {
  const colon = text.indexOf(":")
  return colon > 0 && text.startsWith(devices) ? text.slice(0, colon) : undefined
}

/** The value with another path; `undefined` if docker would refuse that. */
export const withSource = (text: string, path: string): string | undefined =>
  path.startsWith(devices) && !path.includes(":") ? `${path}${text.slice(text.indexOf(":"))}` : undefined
