import { connect, type Socket } from "node:net";

/**
 * One HTTP/1.1 connection that asks and waits, at a tenth of the cost of `fetch`: a load generator on the same
 * machine must not be what is measured. Speaks with our own server only.
 */
export class HttpConnection {
  readonly #socket: Socket;
  readonly #port: number;
  #received = Buffer.alloc(0);
  #settle:
    | { readonly resolve: (body: Uint8Array) => void; readonly reject: (error: Error) => void }
    | undefined;

  private constructor(socket: Socket, port: number) {
    this.#socket = socket;
    this.#port = port;
    socket.setNoDelay(true);
    socket.on("data", (chunk) => {
      this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
      this.#take();
    });
    const fail = (error: Error) => this.#settle?.reject(error);
    socket.on("error", fail);
    socket.on("close", () => fail(new Error("the server closed the connection")));
  }

  static async open(port: number): Promise<HttpConnection> {
    const socket = connect(port, "127.0.0.1");
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
    return new HttpConnection(socket, port);
  }

  /** Body of the answer; rejects for every status but 200. */
  post(path: string, body: Uint8Array): Promise<Uint8Array> {
    const head =
      `POST ${path} HTTP/1.1\r\nhost: localhost:${this.#port}\r\n` +
      `content-type: application/cbor\r\ncontent-length: ${body.length}\r\n\r\n`;
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#socket.write(Buffer.concat([Buffer.from(head, "latin1"), body]));
    });
  }

  close(): void {
    this.#settle = undefined;
    this.#socket.destroy();
  }

  #take(): void {
    const headEnd = this.#received.indexOf("\r\n\r\n");
    if (headEnd < 0) return;
    const head = this.#received.toString("latin1", 0, headEnd);
    const length = /\r\ncontent-length: ([0-9]+)/i.exec(head)?.[1];
    const bodyStart = headEnd + 4;
    const bodyEnd = bodyStart + Number(length ?? 0);
    if (length !== undefined && this.#received.length < bodyEnd) return;
    const settle = this.#settle;
    this.#settle = undefined;
    if (length === undefined || !head.startsWith("HTTP/1.1 200 ")) {
      settle?.reject(new Error(`unexpected answer: ${head}`));
      return;
    }
    const body = new Uint8Array(this.#received.subarray(bodyStart, bodyEnd));
    this.#received = this.#received.subarray(bodyEnd);
    settle?.resolve(body);
  }
}
