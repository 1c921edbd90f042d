/**
 * Gives each client connection of HTTP/1.1 its own connection to the daemon. Its requests go over that one, one after the
 * other, as they would without a gateway. So nothing of one client reaches another.
 */
import { Agent } from "node:http"
import { connect, type Socket } from "node:net"
import * as Relay from "./Relay.ts"

const agents = new WeakMap<Socket, Agent>()

/**
 * The agent for the requests of one client connection to the daemon at a socket.
 *
 * **Details**
 *
 * It connects with the first request, and again if the daemon has ended the connection, as a restarted daemon does. Its
 * connection ends with the client's.
 */
export const of = (daemon: string, client: Socket): Agent => {
  const known = agents.get(client)
  if (known !== undefined) return known
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  Object.assign(agent, { createConnection: () => Relay.readToEnd(connect({ path: daemon })) })
  agents.set(client, agent)
  client.once("close", () => agent.destroy())
  return agent
}
