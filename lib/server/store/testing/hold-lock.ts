import { lockFolder } from "../folder-lock.ts";

/** A process of its own that holds a folder's lock until it is killed. */
lockFolder(process.argv[2] ?? "");
process.send?.("held");
setInterval(() => undefined, 60_000);
