/**
 * A daemon that says little, takes all that comes, and sends as many bytes as are asked for: `gateway-daemon.mjs SOCKET`.
 */
import * as http from "node:http"

const chunk = Buffer.alloc(1 << 16, "x")

http.createServer((request, response) => {
  const wanted = Number(/^\/images\/get\?bytes=(\d+)$/.exec(request.url ?? "")?.[1] ?? 0)
  let size = 0
  request.on("data", (part) => void (size += part.length)).on("end", () => {
    if (wanted === 0) return response.end(JSON.stringify({ Id: "0", size }))
    let left = wanted
    const send = () => {
      while (left > 0) {
        left -= chunk.length
        if (!response.write(chunk)) return response.once("drain", send)
      }
      response.end()
    }
    send()
  })
}).listen(process.argv[2], () => console.log("listening"))
